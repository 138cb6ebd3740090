package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.oci.containers.ContainerReply;
import dev.tallyman.runtime.oci.containers.Containers;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.files.MemoryFiles;
import dev.tallyman.runtime.oci.images.OciImages;
import dev.tallyman.runtime.oci.request.Resolved;
import dev.tallyman.runtime.oci.request.Resolved.BoundFile;
import dev.tallyman.runtime.oci.request.SecurityFields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up and lays ready what a container needs of the engine and the host. */
final class Preparation {

  private static final Logger log = LoggerFactory.getLogger(Preparation.class);

  private final Engine engine;
  private final Containers containers;
  private final OciImages images;
  private final MemoryFiles files;
  private final Requirements requirements;

  Preparation(
      Engine engine,
      Containers containers,
      OciImages images,
      MemoryFiles files,
      Requirements requirements) {
    this.engine = engine;
    this.containers = containers;
    this.images = images;
    this.files = files;
    this.requirements = requirements;
  }

  /**
   * Lays all ready.
   *
   * @param ids of {@link #idsByWorkload}
   */
  Resolved resolve(InstanceSpec spec, Map<String, String> ids, EngineCall call) {
    requirePlatform(spec, call);
    List<BoundFile> bound = writeFiles(spec.uid(), spec.surroundings().files(), call);
    Optional<Path> profile =
        SecurityFields.profileForFile(spec, engine.dialect())
            .map(text -> writeProfile(spec.uid(), text, call));
    return new Resolved(engine.dialect(), requirements.ociRuntime(spec), ids, bound, profile);
  }

  /** Docker and Podman each run an image of another platform, Podman without a word. */
  private void requirePlatform(InstanceSpec spec, EngineCall call) {
    spec.surroundings()
        .process()
        .platform()
        .ifPresent(wanted -> {
          String is = images.platform(spec.image());
          if (!is.equals(wanted) && !is.startsWith(wanted + "/")) {
            throw engine
                .errors()
                .unsupported(
                    call,
                    "image %s is there for platform %s (expected: %s)"
                        .formatted(spec.image(), is, wanted));
          }
        });
  }

  /**
   * The containers whose namespaces are shared, by workload; asks the engine only where some are.
   *
   * @throws dev.tallyman.runtime.RuntimeFailure.InstanceNotFound if one does not run
   */
  Map<String, String> idsByWorkload(InstanceSpec spec, EngineCall call) {
    TreeSet<String> workloads = new TreeSet<>();
    if (spec.surroundings().networking().mode() instanceof Networking.SharedWith(String other)) {
      workloads.add(other);
    }
    ProcessSpec process = spec.surroundings().process();
    if (process.pidNamespace() instanceof ProcessSpec.OfWorkload(String other)) {
      workloads.add(other);
    }
    if (process.ipcNamespace() instanceof ProcessSpec.OfWorkload(String other)) {
      workloads.add(other);
    }
    Map<String, String> ids = new HashMap<>();
    for (String workload : workloads) {
      ids.put(
          workload,
          containers.running(spec.stack(), workload).stream()
              .map(Containers.Listed::id)
              .findFirst()
              .orElseThrow(() -> engine.errors().nobodyToShareWith(call, workload)));
    }
    return ids;
  }

  /** Whether a container shares the namespaces of these, and not of earlier ones. */
  static boolean shares(ContainerReply container, InstanceSpec spec, Map<String, String> ids) {
    ProcessSpec process = spec.surroundings().process();
    List<String> is = container.place().namespaces();
    return (!(spec.surroundings().networking().mode() instanceof Networking.SharedWith(String net))
            || is.get(0).equals("container:" + ids.get(net)))
        && shares(process.pidNamespace(), is.get(1), ids)
        && shares(process.ipcNamespace(), is.get(2), ids);
  }

  private static boolean shares(ProcessSpec.Namespace wanted, String is, Map<String, String> ids) {
    return !(wanted instanceof ProcessSpec.OfWorkload(String workload))
        || is.equals("container:" + ids.get(workload));
  }

  /** Puts files where an instance finds them; those that are there are left alone. */
  List<BoundFile> writeFiles(String uid, List<HostFile> wanted, EngineCall call) {
    try {
      return files.write(uid, wanted);
    } catch (MemoryFiles.Refused refused) {
      throw engine.errors().unsupported(call, "files: " + refused.getMessage());
    } catch (IOException broken) {
      throw engine.errors().internal(call, "its files could not be written: " + broken);
    }
  }

  private Path writeProfile(String uid, String text, EngineCall call) {
    try {
      return files.writeForEngine(uid, "seccomp.json", text);
    } catch (MemoryFiles.Refused refused) {
      throw engine.errors().unsupported(call, "seccomp profile: " + refused.getMessage());
    } catch (IOException broken) {
      throw engine.errors().internal(call, "its seccomp profile could not be written: " + broken);
    }
  }

  /** Takes the files of an instance away that is gone. */
  void removeFiles(String uid) {
    try {
      files.remove(uid);
    } catch (IOException broken) {
      log.warn(
          "the files of workload {} could not be removed, and stay in memory until the next start of"
              + " this host: {}",
          uid,
          broken.toString());
    }
  }
}
