package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.BindMount;
import dev.tallyman.proto.v1.SelinuxLabel;
import dev.tallyman.proto.v1.TmpfsMount;
import dev.tallyman.proto.v1.Volume;
import dev.tallyman.proto.v1.VolumeMount;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.VolumeSpec;

/** Writes what is mounted in an instance. */
final class MountsWriter {

  private MountsWriter() {}

  static dev.tallyman.proto.v1.Mount write(Mount mount) {
    dev.tallyman.proto.v1.Mount.Builder message =
        dev.tallyman.proto.v1.Mount.newBuilder()
            .setTarget(mount.target())
            .setReadOnly(
                switch (mount.access()) {
                  case READ_WRITE -> false;
                  case READ_ONLY -> true;
                });
    switch (mount.source()) {
      case Mount.Bind bind -> message.setBind(bind(bind));
      case Mount.Named named -> message.setVolume(named(named));
      case Mount.Tmpfs tmpfs ->
          message.setTmpfs(
              TmpfsMount.newBuilder()
                  .setSizeBytes(tmpfs.sizeBytes())
                  .setMode(tmpfs.mode())
                  .addAllOptions(tmpfs.options()));
    }
    return message.build();
  }

  private static BindMount bind(Mount.Bind bind) {
    BindMount.Builder message =
        BindMount.newBuilder()
            .setPath(bind.path())
            .setCreate(
                switch (bind.missing()) {
                  case REFUSE -> false;
                  case CREATE_DIRECTORY -> true;
                })
            .setSelinux(
                switch (bind.selinux()) {
                  case UNCHANGED -> SelinuxLabel.SELINUX_LABEL_UNSPECIFIED;
                  case SHARED -> SelinuxLabel.SELINUX_LABEL_SHARED;
                  case PRIVATE -> SelinuxLabel.SELINUX_LABEL_PRIVATE;
                });
    bind.propagation().ifPresent(message::setPropagation);
    return message.build();
  }

  private static VolumeMount named(Mount.Named named) {
    VolumeMount.Builder message =
        VolumeMount.newBuilder()
            .setNoCopy(
                switch (named.copy()) {
                  case FROM_IMAGE -> false;
                  case NONE -> true;
                });
    named.volume().map(MountsWriter::volume).ifPresent(message::setVolume);
    named.subpath().ifPresent(message::setSubpath);
    return message.build();
  }

  private static Volume volume(VolumeSpec volume) {
    Volume.Builder message =
        Volume.newBuilder()
            .setName(volume.name())
            .setExternal(
                switch (volume.ownership()) {
                  case STACK -> false;
                  case EXTERNAL -> true;
                })
            .putAllDriverOptions(volume.driverOptions())
            .putAllLabels(volume.labels());
    volume.driver().ifPresent(message::setDriver);
    return message.build();
  }
}
