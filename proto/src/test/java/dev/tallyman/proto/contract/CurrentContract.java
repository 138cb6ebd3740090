package dev.tallyman.proto.contract;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.NodeView;
import dev.tallyman.proto.v1.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The contract of the generated code. */
final class CurrentContract {

  private static final Path SOURCES = Path.of("src/main/proto");

  private CurrentContract() {}

  static FileDescriptorSet descriptors() {
    Map<String, FileDescriptor> files = new TreeMap<>();
    Stream.of(
            Workload.getDescriptor(),
            NodeMessage.getDescriptor(),
            AssignedWorkload.getDescriptor(),
            NodeView.getDescriptor())
        .forEach(message -> addWithDependencies(files, message.getFile()));
    return FileDescriptorSet.newBuilder()
        .addAllFile(files.values().stream().map(FileDescriptor::toProto).toList())
        .build();
  }

  /** The names of the source files, to see that none is missing among the descriptors. */
  static Set<String> sourceFiles() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".proto"))
          .map(file -> SOURCES.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void addWithDependencies(Map<String, FileDescriptor> files, FileDescriptor file) {
    if (file.getName().startsWith("tallyman/") && files.put(file.getName(), file) == null) {
      file.getDependencies().forEach(dependency -> addWithDependencies(files, dependency));
    }
  }
}
