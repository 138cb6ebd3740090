package dev.tallyman.runtime.oci.request;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.VolumeSpec;
import dev.tallyman.runtime.oci.request.Resolved.BoundFile;
import java.util.ArrayList;
import java.util.List;

/**
 * What is mounted in a container. Engines have three ways to say it, each of which can say
 * something that the others cannot: {@code Mounts} refuses a path that is not there, {@code Binds}
 * makes a directory and relabels, {@code Tmpfs} takes any option.
 */
final class MountFields {

  private static final String READ_ONLY = "ro";

  private final JsonArray mounts = new JsonArray();
  private final JsonArray binds = new JsonArray();
  private final JsonObject tmpfs = new JsonObject();

  private MountFields() {}

  static void add(JsonObject host, InstanceSpec spec, Resolved resolved) {
    MountFields fields = new MountFields();
    spec.surroundings().mounts().forEach(fields::mount);
    resolved.files().forEach(fields::file);
    if (!fields.mounts.isEmpty()) {
      host.add("Mounts", fields.mounts);
    }
    if (!fields.binds.isEmpty()) {
      host.add("Binds", fields.binds);
    }
    if (!fields.tmpfs.isEmpty()) {
      host.add("Tmpfs", fields.tmpfs);
    }
  }

  /** What cannot be said to an engine. */
  static List<String> faults(InstanceSpec spec) {
    List<String> faults = new ArrayList<>();
    for (Mount mount : spec.surroundings().mounts()) {
      if (mount.source() instanceof Mount.Bind bind
          && isBindString(bind)
          && (bind.path() + mount.target()).contains(":")) {
        faults.add(
            "mounts: %s on %s (expected: no colon in a path that is to be made or relabelled)"
                .formatted(bind.path(), mount.target()));
      }
      if (mount.source() instanceof Mount.Bind bind
          && bind.selinux() != Mount.SelinuxLabel.UNCHANGED
          && bind.missing() == Mount.Missing.REFUSE) {
        faults.add(
            "mounts: %s on %s (expected: a path that is relabelled may also be made; engines cannot"
                    .formatted(bind.path(), mount.target())
                + " do one without the other)");
      }
    }
    return faults;
  }

  private void mount(Mount mount) {
    switch (mount.source()) {
      case Mount.Bind bind -> {
        if (isBindString(bind)) {
          binds.add(bindString(mount, bind));
        } else {
          JsonObject object = object("bind", mount.target(), mount.access());
          object.addProperty("Source", bind.path());
          bind.propagation()
              .ifPresent(word -> {
                JsonObject options = new JsonObject();
                options.addProperty("Propagation", word);
                object.add("BindOptions", options);
              });
          mounts.add(object);
        }
      }
      case Mount.Named named -> {
        JsonObject object = object("volume", mount.target(), mount.access());
        named.volume().map(VolumeSpec::name).ifPresent(name -> object.addProperty("Source", name));
        if (named.copy() == Mount.Copy.NONE) {
          JsonObject options = new JsonObject();
          options.addProperty("NoCopy", true);
          object.add("VolumeOptions", options);
        }
        mounts.add(object);
      }
      case Mount.Tmpfs memory -> tmpfs.addProperty(mount.target(), options(mount, memory));
    }
  }

  private void file(BoundFile file) {
    JsonObject object = object("bind", file.target(), Mount.Access.READ_ONLY);
    object.addProperty("Source", file.source().toString());
    mounts.add(object);
  }

  private static JsonObject object(String type, String target, Mount.Access access) {
    JsonObject object = new JsonObject();
    object.addProperty("Type", type);
    object.addProperty("Target", target);
    object.addProperty("ReadOnly", access == Mount.Access.READ_ONLY);
    return object;
  }

  private static boolean isBindString(Mount.Bind bind) {
    return bind.missing() == Mount.Missing.CREATE_DIRECTORY
        || bind.selinux() != Mount.SelinuxLabel.UNCHANGED;
  }

  private static String bindString(Mount mount, Mount.Bind bind) {
    List<String> options = new ArrayList<>();
    options.add(mount.access() == Mount.Access.READ_ONLY ? READ_ONLY : "rw");
    bind.propagation().ifPresent(options::add);
    switch (bind.selinux()) {
      case UNCHANGED -> {
        // nothing to say
      }
      case SHARED -> options.add("z");
      case PRIVATE -> options.add("Z");
    }
    return bind.path() + ":" + mount.target() + ":" + String.join(",", options);
  }

  private static String options(Mount mount, Mount.Tmpfs memory) {
    List<String> options = new ArrayList<>();
    if (mount.access() == Mount.Access.READ_ONLY) {
      options.add(READ_ONLY);
    }
    if (memory.sizeBytes() > 0) {
      options.add("size=" + memory.sizeBytes());
    }
    if (memory.mode() != 0) {
      options.add("mode=" + Integer.toOctalString(memory.mode()));
    }
    options.addAll(memory.options());
    return String.join(",", options);
  }
}
