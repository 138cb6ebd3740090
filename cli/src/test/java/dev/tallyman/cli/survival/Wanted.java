package dev.tallyman.cli.survival;

import com.google.protobuf.ByteString;
import dev.tallyman.proto.v1.BindMount;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.FileMount;
import dev.tallyman.proto.v1.Mount;
import dev.tallyman.proto.v1.Network;
import dev.tallyman.proto.v1.NetworkAttachment;
import dev.tallyman.proto.v1.NetworkMode;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.Volume;
import dev.tallyman.proto.v1.VolumeMount;
import dev.tallyman.proto.v1.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What should run, as whoever orders it knows it, and the workloads that say so. Some services
 * share a network, a volume or have a secret.
 */
final class Wanted {

  private static final int SERVICES = 24;
  private static final int FIRST_JOBS = 6;
  private static final int CHANGED_AT_ONCE = 4;
  private static final int JOBS_AT_ONCE = 2;
  private static final int MOST_JOBS = 10;
  private static final int LONGEST_JOB_SECONDS = 3;
  private static final String OUT = "/out";

  /** In the environment of each process: whose it is. */
  static final String MARK = "TALLYMAN_CHAOS";

  private final Random random;
  private final String node;
  private final Path out;
  private final Map<String, Integer> services = new TreeMap<>();
  private final TreeMap<String, Job> jobs = new TreeMap<>(Comparator.comparingInt(Wanted::number));
  private int lastNumber;

  /**
   * A job.
   *
   * @param code with which it ends
   * @param mayBeKilled its engine may have ended it before it did
   */
  record Job(int code, boolean mayBeKilled) {}

  /** What is to be asked of the control plane. */
  record Change(List<Workload> apply, List<Workload> delete) {}

  /**
   * Nothing, so far.
   *
   * @param out a folder where jobs write that they ran
   */
  Wanted(Random random, String node, Path out) {
    this.random = random;
    this.node = node;
    this.out = out;
  }

  /** Versions of the services that should run, by name. */
  Map<String, Integer> services() {
    return services;
  }

  /** The jobs that are wanted, by name. */
  Map<String, Job> jobs() {
    return jobs;
  }

  /** Where each job that was ever wanted writes a line to a file of its name when it runs. */
  Path runs() {
    return out;
  }

  /** Thirty workloads begin. */
  Change begin() {
    List<Workload> all = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      all.add(newVersion(i));
    }
    for (int i = 0; i < FIRST_JOBS; i++) {
      all.add(newJob());
    }
    return new Change(all, List.of());
  }

  /** Some services begin or change, some go, and some jobs begin and go. */
  Change next() {
    Map<String, Workload> apply = new TreeMap<>();
    for (int i = 0; i < CHANGED_AT_ONCE; i++) {
      Workload service = newVersion(random.nextInt(SERVICES));
      apply.put(service.getName(), service);
    }
    for (int i = 0; i < JOBS_AT_ONCE; i++) {
      Workload job = newJob();
      apply.put(job.getName(), job);
    }
    List<String> going =
        random.nextInt(2) == 0
            ? services.keySet().stream().filter(_ -> random.nextInt(6) == 0).toList()
            : List.of();
    services.keySet().removeAll(going);
    List<Workload> delete = new ArrayList<>();
    going.forEach(name -> delete.add(service(name, 0)));
    while (jobs.size() > MOST_JOBS) {
      String oldest = jobs.firstEntry().getKey();
      jobs.remove(oldest);
      delete.add(job(oldest, 0, 0));
    }
    return new Change(List.copyOf(apply.values()), delete);
  }

  /** All services anew, for a control plane that knows none. The jobs have had their time. */
  Change again() {
    jobs.clear();
    List<Workload> all = new ArrayList<>();
    services.forEach((name, version) -> all.add(service(name, version)));
    return new Change(all, List.of());
  }

  /** The engine ended what ran. */
  void engineEndedItsContainers() {
    jobs.replaceAll((_, job) -> new Job(job.code(), true));
  }

  private Workload newVersion(int number) {
    String name = "s" + number;
    services.put(name, ++lastNumber);
    return service(name, lastNumber);
  }

  private Workload newJob() {
    String name = "j" + ++lastNumber;
    int code = random.nextInt(4) * 7;
    jobs.put(name, new Job(code, false));
    return job(name, code, random.nextInt(LONGEST_JOB_SECONDS + 1));
  }

  private Workload job(String name, int code, int seconds) {
    return marked(
            name,
            number(name),
            Scene.workload(
                name,
                RestartMode.RESTART_MODE_NO,
                "echo ran >>%s/%s; sleep %d; exit %d".formatted(OUT, name, seconds, code)))
        .build();
  }

  private static int number(String name) {
    return Integer.parseInt(name.substring(1));
  }

  /** The mark of a service's process. */
  String markOf(String name, int number) {
    return node + "/" + name + "/" + number;
  }

  private Workload service(String name, int version) {
    Workload.Builder workload =
        marked(
            name,
            version,
            Scene.workload(name, RestartMode.RESTART_MODE_ALWAYS, "exec sleep 3600"));
    int number = number(name);
    if (number % 4 == 0) {
      workload
          .getSpecBuilder()
          .getNetworkingBuilder()
          .setMode(NetworkMode.NETWORK_MODE_ATTACHED)
          .addNetworks(
              NetworkAttachment.newBuilder()
                  .setNetwork(Network.newBuilder().setName(node + "-net")));
    }
    if (number % 6 == 0) {
      workload
          .getSpecBuilder()
          .addMounts(
              Mount.newBuilder()
                  .setTarget("/data")
                  .setVolume(
                      VolumeMount.newBuilder()
                          .setVolume(Volume.newBuilder().setName(node + "-data"))));
    }
    if (number % 5 == 0) {
      workload
          .getSpecBuilder()
          .addFiles(
              FileMount.newBuilder()
                  .setTarget("/run/secret")
                  .setContent(ByteString.copyFromUtf8("version " + version)));
    }
    return workload.build();
  }

  private Workload.Builder marked(String name, int number, Workload plain) {
    Workload.Builder workload = plain.toBuilder();
    workload
        .getSpecBuilder()
        .addEnv(EnvVar.newBuilder().setName(MARK).setValue(markOf(name, number)))
        .addMounts(
            Mount.newBuilder()
                .setTarget(OUT)
                .setBind(BindMount.newBuilder().setPath(out.toString())));
    return workload;
  }
}
