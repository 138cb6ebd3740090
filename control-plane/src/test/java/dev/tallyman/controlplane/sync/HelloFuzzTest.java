package dev.tallyman.controlplane.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tallyman.proto.v1.Hello;

/** Whatever a node says of itself, it is taken or refused with the fields. */
class HelloFuzzTest {

  @FuzzTest
  void bytesOfAHelloAreTakenOrRefusedWithEachField(byte[] input) {
    try {
      Hello hello = Hello.parseFrom(input);
      assertThat(HelloRules.show(hello.getNode())).isNotEmpty().doesNotContain("\n");
      assertThat(HelloRules.faults(hello))
          .allSatisfy(fault -> assertThat(fault).startsWith("hello").contains("(expected: "));
    } catch (InvalidProtocolBufferException noMessage) {
      assertThat(noMessage).message().isNotBlank();
    }
  }
}
