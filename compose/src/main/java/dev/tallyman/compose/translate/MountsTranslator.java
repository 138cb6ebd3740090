package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.BindMount;
import dev.tallyman.proto.v1.Mount;
import dev.tallyman.proto.v1.SelinuxLabel;
import dev.tallyman.proto.v1.TmpfsMount;
import dev.tallyman.proto.v1.VolumeMount;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Volumes, directories of the host and memory. */
final class MountsTranslator {

  private static final List<String> PROPAGATIONS =
      List.of("private", "rprivate", "rshared", "rslave", "shared", "slave");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([kKmMgG]?)[bB]?");
  private static final int ALL_BITS = 07777;
  private static final long MAX_BYTES = 1L << 50;

  private final Model model;
  private final Findings findings;
  private final Targets targets;
  private final WorkloadSpec.Builder spec;

  private MountsTranslator(Model model, Targets targets, WorkloadSpec.Builder spec) {
    this.model = model;
    this.findings = model.findings();
    this.targets = targets;
    this.spec = spec;
  }

  static void translate(Model model, Service service, Targets targets, WorkloadSpec.Builder spec) {
    MountsTranslator mounts = new MountsTranslator(model, targets, spec);
    service.fields().sections("volumes", ServiceKeys.MOUNT).forEach(mounts::mount);
    service.fields().texts("tmpfs").forEach(mounts::tmpfs);
  }

  private void mount(Fields entry) {
    Optional<Placed<String>> type = entry.text("type");
    Optional<Placed<String>> target = entry.text("target");
    Optional<Placed<String>> source = entry.text("source");
    Mount.Builder mount = Mount.newBuilder();
    entry.flag("read_only").ifPresent(flag -> mount.setReadOnly(flag.value()));
    Optional<Fields> bind = entry.section("bind", ServiceKeys.BIND);
    Optional<Fields> volume = entry.section("volume", ServiceKeys.VOLUME_MOUNT);
    Optional<Fields> tmpfs = entry.section("tmpfs", ServiceKeys.TMPFS);
    entry.close();
    if (type.isEmpty() || target.isEmpty()) {
      findings.refuse(entry.self(), "expected: type: and target:");
      return;
    }
    switch (type.get().value()) {
      case "bind" -> {
        unfit(volume.or(() -> tmpfs), "bind");
        mount.setBind(bind(entry, source, bind));
      }
      case "volume" -> {
        unfit(bind.or(() -> tmpfs), "volume");
        mount.setVolume(volume(source, volume));
      }
      case "tmpfs" -> {
        unfit(bind.or(() -> volume), "tmpfs");
        source.ifPresent(from -> findings.refuse(from, "tmpfs has no source; remove it"));
        mount.setTmpfs(tmpfs(tmpfs));
      }
      default ->
          findings.bad(
              type.get(), "bind, volume or tmpfs; image, cluster and npipe are not supported");
    }
    targets.take(target.get()).ifPresent(path -> spec.addMounts(mount.setTarget(path)));
  }

  /** Options of another type than the mount's say something that would be lost. */
  private void unfit(Optional<Fields> options, String type) {
    options
        .filter(other -> !other.isEmpty())
        .ifPresent(other -> findings.refuse(other.self(), "is not for type: " + type));
  }

  private BindMount bind(Fields entry, Optional<Placed<String>> source, Optional<Fields> options) {
    BindMount.Builder bind = BindMount.newBuilder().setCreate(true);
    if (source.isEmpty()) {
      findings.refuse(entry.self(), "source: missing (expected: a path of the host)");
    }
    source.ifPresent(path -> {
      if (!path.value().startsWith("/")) {
        findings.bad(path, "an absolute path of the host");
      }
      bind.setPath(path.value());
    });
    options.ifPresent(fields -> {
      fields.flag("create_host_path").ifPresent(flag -> bind.setCreate(flag.value()));
      fields
          .text("propagation")
          .filter(word -> Extension.oneOf(word, PROPAGATIONS, findings))
          .ifPresent(word -> bind.setPropagation(word.value()));
      fields
          .text("selinux")
          .filter(word -> Extension.oneOf(word, List.of("Z", "z"), findings))
          .ifPresent(word ->
              bind.setSelinux(
                  word.value().equals("z")
                      ? SelinuxLabel.SELINUX_LABEL_SHARED
                      : SelinuxLabel.SELINUX_LABEL_PRIVATE));
      fields
          .text("recursive")
          .filter(word -> !word.value().equals("enabled"))
          .ifPresent(word ->
              findings.bad(word, "enabled; mounting without what is below is not supported"));
      fields.close();
    });
    return bind.build();
  }

  private VolumeMount volume(Optional<Placed<String>> source, Optional<Fields> options) {
    VolumeMount.Builder volume = VolumeMount.newBuilder();
    source.flatMap(model.volumes()::find).ifPresent(volume::setVolume);
    options.ifPresent(fields -> {
      fields.flag("nocopy").ifPresent(flag -> volume.setNoCopy(flag.value()));
      fields.text("subpath").ifPresent(path -> volume.setSubpath(subpath(path, source)));
      fields.close();
    });
    return volume.build();
  }

  private String subpath(Placed<String> path, Optional<Placed<String>> source) {
    if (source.isEmpty()) {
      findings.refuse(path, "a volume without a name begins empty; name it, or leave subpath: out");
    }
    if (path.value().startsWith("/") || List.of(path.value().split("/", -1)).contains("..")) {
      findings.bad(path, "a path within the volume, relative and without ..");
    }
    return path.value();
  }

  private TmpfsMount tmpfs(Optional<Fields> options) {
    TmpfsMount.Builder tmpfs = TmpfsMount.newBuilder();
    options.ifPresent(fields -> {
      fields.number("size", 0, MAX_BYTES).ifPresent(bytes -> tmpfs.setSizeBytes(bytes.value()));
      fields
          .text("mode")
          .flatMap(text -> Modes.parse(text, ALL_BITS, findings))
          .ifPresent(tmpfs::setMode);
      fields.close();
    });
    return tmpfs.build();
  }

  /** {@code path} or {@code path:size=64m,mode=1777,noexec}. */
  private void tmpfs(Placed<String> text) {
    int colon = text.value().indexOf(':');
    String path = colon < 0 ? text.value() : text.value().substring(0, colon);
    TmpfsMount.Builder tmpfs = TmpfsMount.newBuilder();
    Mount.Builder mount = Mount.newBuilder();
    String options = colon < 0 ? "" : text.value().substring(colon + 1);
    for (String option : options.split(",", -1)) {
      if (option.startsWith("size=")) {
        size(text, option.substring("size=".length()), tmpfs);
      } else if (option.startsWith("mode=")) {
        Modes.parse(text.with("0" + option.substring("mode=".length())), ALL_BITS, findings)
            .ifPresent(tmpfs::setMode);
      } else if (option.equals("ro")) {
        mount.setReadOnly(true);
      } else if (!option.isEmpty() && !option.equals("rw")) {
        tmpfs.addOptions(Form.TMPFS_OPTION.check(text.with(option), findings));
      }
    }
    targets
        .take(text.with(path))
        .ifPresent(target -> spec.addMounts(mount.setTarget(target).setTmpfs(tmpfs)));
  }

  private void size(Placed<String> text, String size, TmpfsMount.Builder tmpfs) {
    Matcher matcher = SIZE.matcher(size);
    if (matcher.matches()) {
      int step =
          switch (matcher.group(2)) {
            case "k", "K" -> 10;
            case "m", "M" -> 20;
            case "g", "G" -> 30;
            default -> 0;
          };
      long count = Long.parseLong(matcher.group(1));
      if (count > MAX_BYTES >> step) {
        findings.bad(text, "a size of at most " + MAX_BYTES + " bytes");
        return;
      }
      tmpfs.setSizeBytes(count << step);
    } else {
      findings.bad(text, "a size such as 64m; a share of the memory is not supported");
    }
  }
}
