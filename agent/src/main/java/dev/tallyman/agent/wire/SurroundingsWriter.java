package dev.tallyman.agent.wire;

import com.google.protobuf.UnsafeByteOperations;
import dev.tallyman.proto.v1.Device;
import dev.tallyman.proto.v1.FileKind;
import dev.tallyman.proto.v1.FileMount;
import dev.tallyman.proto.v1.Logging;
import dev.tallyman.proto.v1.Resources;
import dev.tallyman.proto.v1.Ulimit;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.ProcessSpec.Namespace;
import dev.tallyman.runtime.ProcessSpec.Trait;
import dev.tallyman.runtime.Security;
import dev.tallyman.runtime.Security.Grant;
import dev.tallyman.runtime.Surroundings;
import dev.tallyman.runtime.Tuning;

/** Writes what an instance finds around it into the message of a spec. */
final class SurroundingsWriter {

  private SurroundingsWriter() {}

  static void write(Surroundings surroundings, WorkloadSpec.Builder message) {
    surroundings.networking().hostname().ifPresent(message::setHostname);
    message.setNetworking(NetworkingWriter.write(surroundings.networking()));
    surroundings.mounts().forEach(mount -> message.addMounts(MountsWriter.write(mount)));
    surroundings.files().forEach(file -> message.addFiles(file(file)));
    message.setSecurity(security(surroundings.security()));
    process(surroundings.process(), message);
    tuning(surroundings.tuning(), message.getResourcesBuilder());
  }

  private static FileMount file(HostFile file) {
    return FileMount.newBuilder()
        .setTarget(file.target())
        // The bytes are a copy, which nobody else has.
        .setContent(UnsafeByteOperations.unsafeWrap(file.content().bytes()))
        .setMode(file.mode())
        .setUid(file.uid())
        .setGid(file.gid())
        .setKind(
            switch (file.kind()) {
              case SECRET -> FileKind.FILE_KIND_SECRET;
              case CONFIG -> FileKind.FILE_KIND_CONFIG;
            })
        .build();
  }

  private static dev.tallyman.proto.v1.Security security(Security security) {
    dev.tallyman.proto.v1.Security.Builder message =
        dev.tallyman.proto.v1.Security.newBuilder()
            .addAllCapAdd(security.capAdd())
            .addAllCapDrop(security.capDrop())
            .addAllSelinux(security.selinux())
            .addAllGroups(security.groups());
    for (Grant grant : security.grants()) {
      switch (grant) {
        case PRIVILEGED -> message.setPrivileged(true);
        case NO_NEW_PRIVILEGES -> message.setNoNewPrivileges(true);
        case READ_ONLY_ROOT -> message.setReadOnlyRoot(true);
      }
    }
    security.seccomp().ifPresent(message::setSeccomp);
    security.apparmor().ifPresent(message::setApparmor);
    security.userNamespace().ifPresent(message::setUserNamespace);
    return message.build();
  }

  private static void process(ProcessSpec process, WorkloadSpec.Builder message) {
    for (Trait trait : process.traits()) {
      switch (trait) {
        case INIT -> message.setInit(true);
        case TTY -> message.setTty(true);
        case STDIN_OPEN -> message.setStdinOpen(true);
      }
    }
    process
        .ulimits()
        .forEach(ulimit ->
            message.addUlimits(
                Ulimit.newBuilder()
                    .setName(ulimit.name())
                    .setSoft(ulimit.soft())
                    .setHard(ulimit.hard())));
    process.devices().forEach(device -> message.addDevices(device(device)));
    message
        .putAllSysctls(process.sysctls())
        .setShmBytes(process.shmBytes())
        .setPidNamespace(namespace(process.pidNamespace()))
        .setIpcNamespace(namespace(process.ipcNamespace()))
        .putAllAnnotations(process.annotations());
    process
        .logging()
        .ifPresent(logging ->
            message.setLogging(
                Logging.newBuilder().setDriver(logging.driver()).putAllOptions(logging.options())));
    process.platform().ifPresent(message::setPlatform);
    process.ociRuntime().ifPresent(message::setOciRuntime);
  }

  private static Device device(ProcessSpec.Device device) {
    Device.Builder message = Device.newBuilder().setSource(device.source());
    // Beside a name of the Container Device Interface nothing else can be said.
    return ProcessReader.isCdi(device.source())
        ? message.build()
        : message.setTarget(device.target()).setPermissions(device.permissions()).build();
  }

  private static String namespace(Namespace namespace) {
    return switch (namespace) {
      case ProcessSpec.Own _ -> "";
      case ProcessSpec.OfHost _ -> ProcessReader.OF_HOST;
      case ProcessSpec.OfWorkload(String workload) -> ProcessReader.OF_WORKLOAD + workload;
      case ProcessSpec.Named(String word) -> word;
    };
  }

  private static void tuning(Tuning tuning, Resources.Builder message) {
    message
        .setMemorySwapBytes(tuning.memorySwapBytes())
        .setMemoryReservationBytes(tuning.memoryReservationBytes())
        .setCpuShares(tuning.cpuShares())
        .setOomScoreAdjustment(tuning.oomScoreAdjustment());
    tuning.cpuset().ifPresent(message::setCpuset);
  }
}
