package dev.tallyman.runtime.oci.assets;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.NetworkSpec.Subnet;
import dev.tallyman.runtime.NetworkSpec.Trait;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.oci.engine.Dialect;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The engine's verbs for networks.
 *
 * <p>Docker lets several networks have one name, and a container that asks for such a name is
 * refused. So after making one it is looked whether somebody else made it at the same time: then
 * the older one stays, and the other one, if it is ours, goes.
 */
final class Networks {

  private final Engine engine;

  Networks(Engine engine) {
    this.engine = engine;
  }

  /**
   * Makes sure that there is exactly one, and that it is as the spec says.
   *
   * @throws dev.tallyman.runtime.RuntimeFailure.Conflict if it is another one
   * @throws dev.tallyman.runtime.RuntimeFailure.InvalidSpec if it is somebody else's and not there
   */
  void require(NetworkSpec spec, Owner owner) {
    EngineCall call = new EngineCall(Verb.MAKE_ASSET, "network " + spec.name());
    List<Json> found = named(spec.name());
    if (found.isEmpty()) {
      found =
          switch (spec.ownership()) {
            case EXTERNAL ->
                throw engine
                    .errors()
                    .invalidSpec(
                        call,
                        "it is declared as external and does not exist; make it, or do not declare"
                            + " it as external");
            case STACK -> make(call, spec, owner);
          };
    }
    if (found.size() > 1) {
      throw engine
          .errors()
          .assetTaken(
              call,
              "the engine has %d networks of that name; remove all but one"
                  .formatted(found.size()));
    }
    check(call, spec, owner, found);
  }

  private void check(EngineCall call, NetworkSpec spec, Owner owner, List<Json> found) {
    if (spec.ownership() == Ownership.EXTERNAL || found.isEmpty()) {
      return;
    }
    Json labels = found.getFirst().at("Labels");
    if (!owner.owns(labels)) {
      throw engine
          .errors()
          .assetTaken(
              call,
              "a network of that name %s; remove it, give this one another name, or declare it as external"
                  .formatted(Owner.holder(labels)));
    }
    difference(spec, found.getFirst())
        .ifPresent(difference -> {
          throw engine
              .errors()
              .assetTaken(
                  call,
                  "it exists and differs: %s; remove it (its instances must go first) or give this"
                          .formatted(difference)
                      + " one another name");
        });
  }

  /** In what an existing network is not as the spec says; labels do not count. */
  static Optional<String> difference(NetworkSpec spec, Json found) {
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
    compare(spec, Trait.INTERNAL, found.at("Internal").isTrue(), differences);
    compare(spec, Trait.IPV6, found.at("EnableIPv6").isTrue(), differences);
    if (!spec.subnets().isEmpty()) {
      Set<String> wanted = new HashSet<>();
      spec.subnets().forEach(subnet -> wanted.add(subnet.subnet()));
      Set<String> is = new HashSet<>();
      found.at("IPAM").at("Config").items().forEach(pool -> is.add(pool.at("Subnet").text()));
      if (!is.equals(wanted)) {
        differences.add("subnets: %s (expected: %s)".formatted(is, wanted));
      }
    }
    return differences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", differences));
  }

  private static void compare(NetworkSpec spec, Trait trait, boolean is, List<String> differences) {
    boolean wanted = spec.traits().contains(trait);
    if (is != wanted) {
      differences.add(
          "%s: %s (expected: %s)".formatted(trait.name().toLowerCase(Locale.ROOT), is, wanted));
    }
  }

  /** What there is of the name afterwards, whoever made it. */
  private List<Json> make(EngineCall call, NetworkSpec spec, Owner owner) {
    String id =
        engine.run(
            call,
            engine.deadlines().change(),
            (http, dialect) -> makeNow(http, dialect, body(spec, owner)));
    List<Json> found = named(spec.name());
    if (found.size() > 1) {
      Comparator<Json> byAge =
          Comparator.comparing((Json network) -> network.at("Created").text())
              .thenComparing(network -> network.at("Id").text());
      Optional<Json> mine =
          found.stream().filter(network -> network.at("Id").text().equals(id)).findFirst();
      if (mine.isPresent() && !found.stream().min(byAge).equals(mine)) {
        remove(call, mine.get());
        found = named(spec.name());
      }
    }
    return found;
  }

  /** Its id; empty if somebody else has just made one of that name. */
  private static String makeNow(EngineHttp http, Dialect dialect, JsonObject body)
      throws IOException, EngineRefusal {
    try {
      Json answer = http.post(dialect.path("/networks/create"), body).object();
      String id = answer.at("Id").text();
      String warning = answer.at("Warning").text();
      if (!warning.isEmpty()) {
        // Podman makes it without the options that it does not know.
        http.delete(dialect.path("/networks/" + id));
        throw new EngineRefusal(400, "the engine ignores: " + warning);
      }
      return id;
    } catch (EngineRefusal refusal) {
      if (refusal.status() == 409 || refusal.text().contains("already")) {
        if (!refusal.text().contains("subnet")) {
          return "";
        }
      }
      throw refusal;
    }
  }

  private static JsonObject body(NetworkSpec spec, Owner owner) {
    JsonObject body = new JsonObject();
    body.addProperty("Name", spec.name());
    body.addProperty("CheckDuplicate", true);
    spec.driver().ifPresent(driver -> body.addProperty("Driver", driver));
    body.addProperty("Internal", spec.traits().contains(Trait.INTERNAL));
    body.addProperty("Attachable", spec.traits().contains(Trait.ATTACHABLE));
    body.addProperty("EnableIPv6", spec.traits().contains(Trait.IPV6));
    if (!spec.subnets().isEmpty()) {
      JsonArray pools = new JsonArray();
      spec.subnets().forEach(subnet -> pools.add(pool(subnet)));
      JsonObject ipam = new JsonObject();
      ipam.add("Config", pools);
      body.add("IPAM", ipam);
    }
    JsonObject options = new JsonObject();
    spec.driverOptions().forEach(options::addProperty);
    body.add("Options", options);
    body.add("Labels", owner.labels(spec.labels()));
    return body;
  }

  private static JsonObject pool(Subnet subnet) {
    JsonObject pool = new JsonObject();
    pool.addProperty("Subnet", subnet.subnet());
    subnet.gateway().ifPresent(gateway -> pool.addProperty("Gateway", gateway));
    subnet.ipRange().ifPresent(range -> pool.addProperty("IPRange", range));
    return pool;
  }

  /** All of exactly this name. */
  List<Json> named(String name) {
    return list(
            new EngineCall(Verb.FIND_ASSET, "network " + name),
            Owner.filter("name", "^" + Pattern.quote(name) + "$"))
        .stream()
        .filter(network -> network.at("Name").text().equals(name))
        .toList();
  }

  /** All that carry the label of a node. */
  List<Json> ofNode(String node) {
    return list(new EngineCall(Verb.FIND_ASSET, "networks"), Owner.filter(node));
  }

  private List<Json> list(EngineCall call, String filter) {
    return engine.run(
        call,
        engine.deadlines().read(),
        (http, dialect) -> http.get(dialect.path("/networks?filters=" + filter)).list());
  }

  /**
   * Removes one; one that is gone is a success. Docker may have two of a name. Podman has one, and
   * looks whether it is in use only when it is called by its name.
   */
  void remove(EngineCall call, Json network) {
    String reference =
        switch (engine.dialect().kind()) {
          case DOCKER -> network.at("Id").text();
          case PODMAN -> EngineHttp.encode(network.at("Name").text());
        };
    engine.run(
        call,
        engine.deadlines().change(),
        (http, dialect) -> {
          try {
            http.delete(dialect.path("/networks/" + reference));
          } catch (EngineRefusal refusal) {
            if (refusal.status() != 404) {
              throw refusal;
            }
          }
          return reference;
        });
  }
}
