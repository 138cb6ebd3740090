package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.FileKind;
import dev.tallyman.proto.v1.FileMount;
import dev.tallyman.runtime.HostFile;
import java.util.ArrayList;
import java.util.List;

/** Reads the secrets and configs of one workload. */
final class FilesReader {

  private static final int DEFAULT_MODE = 0444;

  private FilesReader() {}

  /**
   * Reads the files.
   *
   * @param targets is told where each is
   */
  static List<HostFile> read(List<FileMount> messages, Targets targets, FieldFaults faults) {
    faults.addIfMore("spec.files", messages.size(), "files", Bounds.PARTS);
    long bytes = bytes(messages);
    if (bytes > Bounds.FILES_BYTES) {
      faults.addDescribed("spec.files", bytes + " bytes together", "at most " + Bounds.FILES_BYTES);
    }
    List<HostFile> files = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      files.add(file("spec.files[" + i + "]", messages.get(i), targets, faults));
    }
    return files;
  }

  /** Bytes of all contents. */
  static long bytes(List<FileMount> messages) {
    return messages.stream().mapToLong(file -> file.getContent().size()).sum();
  }

  private static HostFile file(
      String field, FileMount message, Targets targets, FieldFaults faults) {
    String target = targets.take(field, message.getTarget(), faults);
    int size = message.getContent().size();
    if (size > Bounds.FILE_BYTES) {
      faults.addDescribed(field + ".content", size + " bytes", "at most " + Bounds.FILE_BYTES);
    }
    if (size == 0 && message.getKind() != FileKind.FILE_KIND_CONFIG) {
      // A workload that was shown comes without it, and must not empty the secret.
      faults.addDescribed(field + ".content", "empty", "the content of the secret");
    }
    int mode = Numbers.mode(field + ".mode", message.getMode(), faults);
    return new HostFile(
        target,
        new HostFile.Content(message.getContent().toByteArray()),
        mode == 0 ? DEFAULT_MODE : mode,
        Numbers.unsignedUpTo(field + ".uid", message.getUid(), Integer.MAX_VALUE, faults),
        Numbers.unsignedUpTo(field + ".gid", message.getGid(), Integer.MAX_VALUE, faults),
        switch (message.getKind()) {
          case FILE_KIND_UNSPECIFIED, FILE_KIND_SECRET -> HostFile.Kind.SECRET;
          case FILE_KIND_CONFIG -> HostFile.Kind.CONFIG;
          case UNRECOGNIZED -> {
            faults.add(field + ".kind", message.getKindValue(), Texts.words(FileKind.values()));
            yield HostFile.Kind.SECRET;
          }
        });
  }
}
