package dev.tallyman.agent.wire;

import com.google.protobuf.TextFormat;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.proto.v1.Workload;

/** Workloads of the image busybox, named web, with what a text in protobuf's form adds. */
final class Texted {

  private Texted() {}

  static Workload message(String text) {
    Workload.Builder message = Workload.newBuilder().setUid("u1").setName("web");
    message.getSpecBuilder().setImage("busybox");
    try {
      TextFormat.merge(text, message);
    } catch (TextFormat.ParseException e) {
      throw new AssertionError(text, e);
    }
    return message.build();
  }

  /** The workload that is read. */
  static dev.tallyman.agent.model.Workload read(String text) {
    return switch (WorkloadReader.read("test", message(text))) {
      case Desired.Wanted wanted -> wanted.workload();
      case Desired.Refused refused -> throw new AssertionError(refused.message());
    };
  }

  /** What is wrong with it. */
  static String faults(String text) {
    return switch (WorkloadReader.read("test", message(text))) {
      case Desired.Wanted wanted -> throw new AssertionError(wanted.toString());
      case Desired.Refused refused -> refused.message();
    };
  }
}
