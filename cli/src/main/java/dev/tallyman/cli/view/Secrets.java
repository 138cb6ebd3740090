package dev.tallyman.cli.view;

import dev.tallyman.proto.v1.FileKind;
import dev.tallyman.proto.v1.FileMount;
import dev.tallyman.proto.v1.FileMountOrBuilder;
import dev.tallyman.proto.v1.Workload;

/** Keeps what is secret out of what is shown, whoever sent it. */
final class Secrets {

  private Secrets() {}

  /** The workload without the contents of its secrets. */
  static Workload without(Workload workload) {
    if (workload.getSpec().getFilesList().stream().noneMatch(Secrets::isSecret)) {
      return workload;
    }
    Workload.Builder shown = workload.toBuilder();
    shown.getSpecBuilder().getFilesBuilderList().stream()
        .filter(Secrets::isSecret)
        .forEach(FileMount.Builder::clearContent);
    return shown.build();
  }

  private static boolean isSecret(FileMountOrBuilder file) {
    return file.getKind() != FileKind.FILE_KIND_CONFIG;
  }
}
