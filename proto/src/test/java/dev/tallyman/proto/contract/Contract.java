package dev.tallyman.proto.contract;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A contract taken apart: each thing that a reader or writer of the wire, or of the generated code,
 * relies on, and what it relies on. Two contracts agree when each entry of the older one is in the
 * newer one with the same value; what the newer one has more is an addition.
 *
 * @param entries by a path that says what it is, as {@code field tallyman.v1.Workload 1}
 */
record Contract(Map<String, String> entries) {

  static final String FIELD = "field ";
  static final String ENUM_VALUE = "enum value ";

  static Contract of(FileDescriptorSet files) {
    Map<String, String> entries = new TreeMap<>();
    for (FileDescriptorProto file : files.getFileList()) {
      entries.put(
          "file " + file.getName(),
          "package %s, syntax %s, java_package %s, java_multiple_files %s"
              .formatted(
                  file.getPackage(),
                  file.getSyntax(),
                  file.getOptions().getJavaPackage(),
                  file.getOptions().getJavaMultipleFiles()));
      file.getMessageTypeList().forEach(m -> addMessage(entries, file.getPackage(), m));
      file.getEnumTypeList().forEach(e -> addEnum(entries, file.getPackage(), e));
      file.getServiceList().forEach(s -> addService(entries, file.getPackage(), s));
    }
    return new Contract(entries);
  }

  private static void addMessage(
      Map<String, String> entries, String scope, DescriptorProto message) {
    String name = scope + "." + message.getName();
    entries.put("message " + name, "a message");
    for (FieldDescriptorProto field : message.getFieldList()) {
      entries.put(FIELD + name + " " + field.getNumber(), shape(message, field));
    }
    message.getNestedTypeList().forEach(m -> addMessage(entries, name, m));
    message.getEnumTypeList().forEach(e -> addEnum(entries, name, e));
  }

  private static String shape(DescriptorProto message, FieldDescriptorProto field) {
    StringBuilder shape = new StringBuilder(field.getName()).append(", ");
    shape.append(word(field.getLabel())).append(' ').append(word(field.getType()));
    if (field.hasTypeName()) {
      shape.append(' ').append(field.getTypeName());
    }
    if (field.getProto3Optional()) {
      shape.append(", with presence");
    } else if (field.hasOneofIndex()) {
      shape.append(", one of ").append(message.getOneofDecl(field.getOneofIndex()).getName());
    }
    return shape.toString();
  }

  private static void addEnum(
      Map<String, String> entries, String scope, EnumDescriptorProto enumeration) {
    String name = scope + "." + enumeration.getName();
    entries.put("enum " + name, "an enum");
    for (EnumValueDescriptorProto value : enumeration.getValueList()) {
      entries.put(ENUM_VALUE + name + " " + value.getNumber(), value.getName());
    }
  }

  private static void addService(
      Map<String, String> entries, String scope, ServiceDescriptorProto service) {
    String name = scope + "." + service.getName();
    entries.put("service " + name, "a service");
    for (MethodDescriptorProto method : service.getMethodList()) {
      entries.put(
          "method " + name + "." + method.getName(),
          "%s%s to %s%s"
              .formatted(
                  method.getClientStreaming() ? "stream of " : "",
                  method.getInputType(),
                  method.getServerStreaming() ? "stream of " : "",
                  method.getOutputType()));
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().substring(constant.name().indexOf('_') + 1).toLowerCase(Locale.ROOT);
  }
}
