package dev.tallyman.runtime.oci.assets;

import com.google.gson.JsonObject;
import dev.tallyman.runtime.VolumeSpec;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The engine's verbs for volumes.
 *
 * <p>An engine makes a volume that a container names and that is not there, without a label and
 * without a word. So, other than networks, volumes are looked at before each launch.
 */
final class Volumes {

  private final Engine engine;

  Volumes(Engine engine) {
    this.engine = engine;
  }

  /**
   * Makes sure that it is there, and is as the spec says.
   *
   * @throws dev.tallyman.runtime.RuntimeFailure.Conflict if it is another one
   * @throws dev.tallyman.runtime.RuntimeFailure.InvalidSpec if it is somebody else's and not there
   */
  void require(VolumeSpec spec, Owner owner) {
    EngineCall call = new EngineCall(Verb.MAKE_ASSET, "volume " + spec.name());
    Optional<Json> found = named(spec.name());
    switch (spec.ownership()) {
      case EXTERNAL -> {
        if (found.isEmpty()) {
          throw engine
              .errors()
              .invalidSpec(
                  call,
                  "it is declared as external and does not exist; make it, or do not declare it as"
                      + " external");
        }
      }
      case STACK -> check(call, spec, owner, found.orElseGet(() -> make(call, spec, owner)));
    }
  }

  private void check(EngineCall call, VolumeSpec spec, Owner owner, Json found) {
    if (!owner.owns(found.at("Labels"))) {
      throw engine
          .errors()
          .assetTaken(
              call,
              "a volume of that name %s; remove it, give this one another name, or declare it as external"
                  .formatted(Owner.holder(found.at("Labels"))));
    }
    List<String> differences = new ArrayList<>();
    spec.driver()
        .filter(driver -> !driver.equals(found.at("Driver").text()))
        .ifPresent(driver ->
            differences.add(
                "driver: %s (expected: %s)".formatted(found.at("Driver").text(), driver)));
    spec.driverOptions()
        .forEach((key, value) -> {
          String is = found.at("Options").at(key).text();
          if (!is.equals(value)) {
            differences.add("option %s: '%s' (expected: '%s')".formatted(key, is, value));
          }
        });
    if (!differences.isEmpty()) {
      throw engine
          .errors()
          .assetTaken(
              call,
              "it exists and differs: %s; remove it, with all that is in it, or give this one"
                      .formatted(String.join("; ", differences))
                  + " another name");
    }
  }

  /** Docker answers with the one that is there if somebody else was faster. */
  private Json make(EngineCall call, VolumeSpec spec, Owner owner) {
    JsonObject body = new JsonObject();
    body.addProperty("Name", spec.name());
    spec.driver().ifPresent(driver -> body.addProperty("Driver", driver));
    JsonObject options = new JsonObject();
    spec.driverOptions().forEach(options::addProperty);
    body.add("DriverOpts", options);
    body.add("Labels", owner.labels(spec.labels()));
    Optional<Json> made =
        engine.run(
            call,
            engine.deadlines().change(),
            (http, dialect) -> {
              try {
                return Optional.of(http.post(dialect.path("/volumes/create"), body).object());
              } catch (EngineRefusal refusal) {
                if (refusal.text().contains("already exists")) {
                  return Optional.empty();
                }
                throw refusal;
              }
            });
    return made.or(() -> named(spec.name()))
        .orElseThrow(() -> engine.errors().internal(call, "it was there and has gone at once"));
  }

  /** The one of this name. */
  Optional<Json> named(String name) {
    return engine.run(
        new EngineCall(Verb.FIND_ASSET, "volume " + name),
        engine.deadlines().read(),
        (http, dialect) -> {
          try {
            Json found = http.get(dialect.path("/volumes/" + EngineHttp.encode(name))).object();
            // Podman also finds the beginning of a name.
            return Optional.of(found).filter(volume -> volume.at("Name").text().equals(name));
          } catch (EngineRefusal refusal) {
            if (refusal.status() == 404) {
              return Optional.empty();
            }
            throw refusal;
          }
        });
  }

  /** All that carry the label of a node. */
  List<Json> ofNode(String node) {
    return engine.run(
        new EngineCall(Verb.FIND_ASSET, "volumes"),
        engine.deadlines().read(),
        (http, dialect) ->
            http.get(dialect.path("/volumes?filters=" + Owner.filter(node)))
                .object()
                .at("Volumes")
                .items());
  }

  /** Removes one; one that is gone is a success. */
  void remove(EngineCall call, String name) {
    engine.run(
        call,
        engine.deadlines().change(),
        (http, dialect) -> {
          try {
            http.delete(dialect.path("/volumes/" + EngineHttp.encode(name)));
          } catch (EngineRefusal refusal) {
            if (refusal.status() != 404) {
              throw refusal;
            }
          }
          return name;
        });
  }
}
