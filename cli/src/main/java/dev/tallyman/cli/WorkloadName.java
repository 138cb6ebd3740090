package dev.tallyman.cli;

import dev.tallyman.proto.v1.NodeWorkloadKey;
import dev.tallyman.proto.v1.WorkloadKey;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A workload as people name it: {@code STACK/NAME}, or {@code NAME} in the stack "default".
 *
 * @param stack not empty
 * @param name not empty
 */
record WorkloadName(String stack, String name) {

  static final String DEFAULT_STACK = "default";

  @Override
  public String toString() {
    return stack + "/" + name;
  }

  static String text(String stack, String name) {
    return new WorkloadName(stack.isEmpty() ? DEFAULT_STACK : stack, name).toString();
  }

  WorkloadKey key(String node) {
    return WorkloadKey.newBuilder().setNode(node).setStack(stack).setName(name).build();
  }

  NodeWorkloadKey nodeKey() {
    return NodeWorkloadKey.newBuilder().setStack(stack).setName(name).build();
  }

  /** Reads the text form. */
  static final class Converter implements ITypeConverter<WorkloadName> {
    @Override
    public WorkloadName convert(String text) {
      int slash = text.indexOf('/');
      WorkloadName name =
          slash < 0
              ? new WorkloadName(DEFAULT_STACK, text)
              : new WorkloadName(text.substring(0, slash), text.substring(slash + 1));
      if (name.stack.isEmpty() || name.name.isEmpty() || name.name.contains("/")) {
        throw new TypeConversionException(text + " (expected: NAME or STACK/NAME)");
      }
      return name;
    }
  }
}
