package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.BindMount;
import dev.tallyman.proto.v1.Mount;
import dev.tallyman.proto.v1.SelinuxLabel;
import dev.tallyman.proto.v1.TmpfsMount;
import dev.tallyman.proto.v1.Volume;
import dev.tallyman.proto.v1.VolumeMount;
import dev.tallyman.runtime.Mount.Access;
import dev.tallyman.runtime.Mount.Bind;
import dev.tallyman.runtime.Mount.Copy;
import dev.tallyman.runtime.Mount.Missing;
import dev.tallyman.runtime.Mount.Named;
import dev.tallyman.runtime.Mount.Source;
import dev.tallyman.runtime.Mount.Tmpfs;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.VolumeSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what is mounted in one workload. */
final class MountsReader {

  private static final Form PROPAGATION =
      Form.of(
          "r?(private|shared|slave)", "one of rprivate, private, rshared, shared, rslave, slave");

  /** Size and mode have fields of their own. */
  private static final Form TMPFS_OPTION =
      Form.of(
          "(?!(size|mode)(=|$))[a-z][\\x21-\\x2b\\x2d-\\x7e]{0,254}",
          "an option such as noexec, without spaces and commas; size and mode have fields");

  private MountsReader() {}

  /**
   * Reads the mounts.
   *
   * @param targets is told where each is
   */
  static List<dev.tallyman.runtime.Mount> read(
      List<Mount> messages, Targets targets, FieldFaults faults) {
    faults.addIfMore("spec.mounts", messages.size(), "mounts", Bounds.PARTS);
    List<dev.tallyman.runtime.Mount> mounts = new ArrayList<>(messages.size());
    Map<String, VolumeSpec> volumes = new HashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      String field = "spec.mounts[" + i + "]";
      Mount message = messages.get(i);
      String target = targets.take(field, message.getTarget(), faults);
      Source source = source(field, message, faults);
      if (source instanceof Named(Optional<VolumeSpec> volume, _, _)) {
        volume.ifPresent(known -> {
          VolumeSpec before = volumes.putIfAbsent(known.name(), known);
          if (before != null && !before.equals(known)) {
            faults.add(
                field + ".volume.volume",
                known.name(),
                "the same description of this volume in each mount");
          }
        });
      }
      mounts.add(
          new dev.tallyman.runtime.Mount(
              target, message.getReadOnly() ? Access.READ_ONLY : Access.READ_WRITE, source));
    }
    return mounts;
  }

  private static Source source(String field, Mount message, FieldFaults faults) {
    return switch (message.getSourceCase()) {
      case BIND -> bind(field + ".bind", message.getBind(), faults);
      case VOLUME -> volume(field + ".volume", message.getVolume(), faults);
      case TMPFS -> tmpfs(field + ".tmpfs", message.getTmpfs(), faults);
      case SOURCE_NOT_SET -> {
        faults.addDescribed(field, "no source", "one of bind, volume, tmpfs");
        yield new Tmpfs(0, 0, List.of());
      }
    };
  }

  private static Source bind(String field, BindMount message, FieldFaults faults) {
    return new Bind(
        Texts.path(field + ".path", message.getPath(), faults),
        message.getCreate() ? Missing.CREATE_DIRECTORY : Missing.REFUSE,
        PROPAGATION.optional(field + ".propagation", message.getPropagation(), faults),
        switch (message.getSelinux()) {
          case SELINUX_LABEL_UNSPECIFIED -> dev.tallyman.runtime.Mount.SelinuxLabel.UNCHANGED;
          case SELINUX_LABEL_SHARED -> dev.tallyman.runtime.Mount.SelinuxLabel.SHARED;
          case SELINUX_LABEL_PRIVATE -> dev.tallyman.runtime.Mount.SelinuxLabel.PRIVATE;
          case UNRECOGNIZED -> {
            faults.add(
                field + ".selinux", message.getSelinuxValue(), Texts.words(SelinuxLabel.values()));
            yield dev.tallyman.runtime.Mount.SelinuxLabel.UNCHANGED;
          }
        });
  }

  private static Source volume(String field, VolumeMount message, FieldFaults faults) {
    Optional<VolumeSpec> volume = volume(field + ".volume", message.getVolume(), faults);
    return new Named(
        volume,
        message.getNoCopy() ? Copy.NONE : Copy.FROM_IMAGE,
        subpath(field + ".subpath", message.getSubpath(), volume, faults));
  }

  private static Optional<VolumeSpec> volume(String field, Volume message, FieldFaults faults) {
    String name = message.getName();
    if (name.isEmpty()) {
      if (!message.equals(Volume.getDefaultInstance())) {
        faults.addDescribed(
            field + ".name", "missing", "a name, or a volume of which nothing else is said");
      }
      return Optional.empty();
    }
    Form.ENGINE_NAME.required(field + ".name", name, faults);
    if (message.getExternal()) {
      return Optional.of(
          new VolumeSpec(name, Ownership.EXTERNAL, Optional.empty(), Map.of(), Map.of()));
    }
    return Optional.of(
        new VolumeSpec(
            name,
            Ownership.STACK,
            Form.WORD.optional(field + ".driver", message.getDriver(), faults),
            Texts.pairs(field + ".driver_options", message.getDriverOptionsMap(), faults),
            Identity.labels(field + ".labels", message.getLabelsMap(), faults)));
  }

  private static Optional<String> subpath(
      String field, String path, Optional<VolumeSpec> volume, FieldFaults faults) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (volume.isEmpty()) {
      faults.add(field, path, "empty for a volume without a name, which begins empty");
    } else if (path.startsWith("/")
        || path.indexOf('\0') >= 0
        || Texts.bytes(path) > Bounds.PATH_BYTES
        || Arrays.asList(path.split("/", -1)).contains("..")) {
      faults.add(
          field,
          path,
          "a relative path of at most " + Bounds.PATH_BYTES + " bytes without \"..\" and NUL");
    }
    return Optional.of(path);
  }

  private static Source tmpfs(String field, TmpfsMount message, FieldFaults faults) {
    return new Tmpfs(
        Numbers.upTo(field + ".size_bytes", message.getSizeBytes(), Bounds.MEMORY_BYTES, faults),
        Numbers.mode(field + ".mode", message.getMode(), faults),
        TMPFS_OPTION.each(field + ".options", message.getOptionsList(), faults));
  }
}
