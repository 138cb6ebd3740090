package dev.tallyman.runtime.oci.request;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.ProcessSpec.Device;
import dev.tallyman.runtime.ProcessSpec.Namespace;
import dev.tallyman.runtime.ProcessSpec.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The surroundings of a container's process. */
final class ProcessFields {

  private static final Set<String> IPC_WORDS = Set.of("private", "shareable", "none");

  private ProcessFields() {}

  static void add(JsonObject body, JsonObject host, InstanceSpec spec, Resolved resolved) {
    ProcessSpec process = spec.surroundings().process();
    if (process.traits().contains(Trait.TTY)) {
      body.addProperty("Tty", true);
    }
    if (process.traits().contains(Trait.STDIN_OPEN)) {
      body.addProperty("OpenStdin", true);
    }
    if (process.traits().contains(Trait.INIT)) {
      host.addProperty("Init", true);
    }
    ulimits(host, process);
    Fields.map(host, "Sysctls", process.sysctls());
    devices(host, process.devices());
    Fields.number(host, "ShmSize", process.shmBytes());
    namespace(host, "PidMode", process.pidNamespace(), resolved);
    namespace(host, "IpcMode", process.ipcNamespace(), resolved);
    process
        .logging()
        .ifPresent(logging -> {
          JsonObject config = new JsonObject();
          config.addProperty("Type", logging.driver());
          config.add("Config", Fields.object(logging.options()));
          host.add("LogConfig", config);
        });
    Fields.map(host, "Annotations", process.annotations());
  }

  /** Words that no engine knows. */
  static List<String> faults(InstanceSpec spec) {
    ProcessSpec process = spec.surroundings().process();
    List<String> faults = new ArrayList<>();
    if (process.pidNamespace() instanceof ProcessSpec.Named(String word)
        && !word.equals("private")) {
      faults.add("pid namespace: '%s' (expected: private)".formatted(word));
    }
    if (process.ipcNamespace() instanceof ProcessSpec.Named(String word)
        && !IPC_WORDS.contains(word)) {
      faults.add("ipc namespace: '%s' (expected: private, shareable or none)".formatted(word));
    }
    return faults;
  }

  private static void ulimits(JsonObject host, ProcessSpec process) {
    JsonArray ulimits = new JsonArray();
    for (ProcessSpec.Ulimit ulimit : process.ulimits()) {
      JsonObject object = new JsonObject();
      object.addProperty("Name", ulimit.name());
      object.addProperty("Soft", ulimit.soft());
      object.addProperty("Hard", ulimit.hard());
      ulimits.add(object);
    }
    if (!ulimits.isEmpty()) {
      host.add("Ulimits", ulimits);
    }
  }

  private static void devices(JsonObject host, List<Device> devices) {
    JsonArray paths = new JsonArray();
    List<String> names = new ArrayList<>();
    for (Device device : devices) {
      if (!device.source().startsWith("/")) {
        names.add(device.source());
        continue;
      }
      JsonObject object = new JsonObject();
      object.addProperty("PathOnHost", device.source());
      object.addProperty("PathInContainer", device.target());
      object.addProperty("CgroupPermissions", device.permissions());
      paths.add(object);
    }
    if (!paths.isEmpty()) {
      host.add("Devices", paths);
    }
    if (!names.isEmpty()) {
      JsonObject request = new JsonObject();
      request.addProperty("Driver", "cdi");
      request.add("DeviceIDs", Fields.array(names));
      JsonArray requests = new JsonArray();
      requests.add(request);
      host.add("DeviceRequests", requests);
    }
  }

  private static void namespace(
      JsonObject host, String field, Namespace namespace, Resolved resolved) {
    switch (namespace) {
      case ProcessSpec.Own _ -> {
        // as the engine does it
      }
      case ProcessSpec.OfHost _ -> host.addProperty(field, "host");
      case ProcessSpec.OfWorkload(String workload) ->
          host.addProperty(field, resolved.namespaceOf(workload));
      case ProcessSpec.Named(String word) -> {
        // Docker has no word for a private process namespace, because all are.
        if (!(field.equals("PidMode") && word.equals("private"))) {
          host.addProperty(field, word);
        }
      }
    }
  }
}
