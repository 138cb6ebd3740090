package dev.tallyman.compose.translate;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads what has to be known of all services before one of them can be translated. */
final class ServicesReader {

  /** More than a node runs; a typing error becomes a fault and not a flood. */
  static final int MOST_REPLICAS = 1000;

  private final Placed<Policy> policy;
  private final Findings findings;

  private ServicesReader(Placed<Policy> policy, Findings findings) {
    this.policy = policy;
    this.findings = findings;
  }

  /** The services by their keys. */
  static Map<String, Service> read(Fields top, Placed<Policy> policy, Findings findings) {
    ServicesReader reader = new ServicesReader(policy, findings);
    Map<String, Service> services = new LinkedHashMap<>();
    top.named("services", ServiceKeys.SERVICE)
        .forEach((key, fields) -> services.put(key, reader.service(key, fields)));
    reader.refuseSameNames(services);
    reader.refuseSameContainers(services);
    return services;
  }

  private Service service(String key, Fields fields) {
    Optional<String> name = Names.label(key);
    if (name.isEmpty()) {
      findings.refuse(
          fields.self(),
          "%s makes no name (expected: a key that is 1 to 63 of a-z, 0-9 and - when _ and . are read as -)"
              .formatted(key));
    }
    Optional<Fields> deploy = fields.section("deploy", ProjectKeys.DEPLOY);
    Optional<Fields> extension = fields.section(Extension.KEY, Extension.SERVICE);
    return new Service(
        key,
        name.orElse("x"),
        replicas(fields, deploy),
        fields,
        deploy,
        extension,
        Extension.policy(policy, extension, findings));
  }

  private Placed<Integer> replicas(Fields fields, Optional<Fields> deploy) {
    Optional<Placed<Long>> scale = fields.number("scale", 0, MOST_REPLICAS);
    Optional<Placed<Long>> deployed =
        deploy.flatMap(section -> section.number("replicas", 0, MOST_REPLICAS));
    deploy
        .flatMap(section -> section.text("mode"))
        .ifPresent(mode -> {
          switch (mode.value()) {
            case "replicated" -> {}
            case "global" ->
                deployed.ifPresent(
                    count -> findings.refuse(count, "contradicts mode: global at " + mode.place()));
            default ->
                findings.bad(mode, "replicated or global; for jobs use replicated and restart: no");
          }
        });
    deploy
        .flatMap(section -> section.text("endpoint_mode"))
        .filter(mode -> !mode.value().equals("dnsrr"))
        .ifPresent(mode ->
            findings.bad(mode, "dnsrr; replicas share a name, and there is no address for all"));
    if (scale.isPresent()
        && deployed.isPresent()
        && !scale.get().value().equals(deployed.get().value())) {
      findings.refuse(
          deployed.get(),
          "says something else than scale: at %s; leave one of them out"
              .formatted(scale.get().place()));
    }
    Placed<Integer> count =
        deployed
            .or(() -> scale)
            .map(number -> number.with(number.value().intValue()))
            .orElse(fields.self().with(1));
    if (count.value() > 1) {
      fields
          .text("container_name")
          .ifPresent(name ->
              findings.refuse(
                  name,
                  "one name for %d replicas at %s; leave it out"
                      .formatted(count.value(), count.place())));
    }
    return count;
  }

  private void refuseSameNames(Map<String, Service> services) {
    Map<String, Service> byName = new HashMap<>();
    for (Service service : services.values()) {
      if (Names.label(service.key()).isEmpty()) {
        continue;
      }
      for (String name : service.workloads()) {
        Service before = byName.putIfAbsent(name, service);
        if (before != null) {
          findings.refuse(
              service.fields().self(),
              "its workload is called %s, as one of %s at %s; rename one of them"
                  .formatted(name, before.fields().path(), before.fields().place()));
        }
        if (name.length() > Names.LABEL_LENGTH) {
          findings.refuse(
              service.fields().self(),
              "its workload would be called %s (expected: at most %d characters)"
                  .formatted(name, Names.LABEL_LENGTH));
          break;
        }
      }
    }
  }

  private void refuseSameContainers(Map<String, Service> services) {
    Map<String, Placed<String>> byName = new HashMap<>();
    for (Service service : services.values()) {
      service
          .fields()
          .text("container_name")
          .ifPresent(name -> {
            Form.ENGINE_NAME.check(name, findings);
            Placed<String> before = byName.putIfAbsent(name.value(), name);
            if (before != null) {
              findings.refuse(
                  name,
                  "%s is the name of %s at %s already"
                      .formatted(name.value(), before.path(), before.place()));
            }
          });
    }
  }
}
