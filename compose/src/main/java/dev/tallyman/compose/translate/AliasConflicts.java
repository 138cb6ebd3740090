package dev.tallyman.compose.translate;

import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.proto.v1.NetworkAttachment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names of the links of a project, and the rule that a name on a network is one service's. Replicas
 * of a service share theirs.
 */
final class AliasConflicts {

  private record Name(String network, String alias) {}

  private AliasConflicts() {}

  /**
   * Gives services the names that links have for them, on the networks that both are on. Others
   * there can use the name as well.
   */
  static void addLinks(Drafts drafts, Findings findings) {
    for (Draft draft : drafts.all()) {
      for (Placed<String> link : draft.service().fields().texts("links")) {
        String key = target(link);
        if (drafts.has(key) && !key.equals(draft.service().key())) {
          link(draft, drafts.of(key), link, findings);
        }
      }
    }
  }

  /** The service that a link is to. */
  static String target(Placed<String> link) {
    int colon = link.value().indexOf(':');
    return colon < 0 ? link.value() : link.value().substring(0, colon);
  }

  private static void link(Draft from, Draft to, Placed<String> link, Findings findings) {
    String alias = link.value().substring(link.value().indexOf(':') + 1);
    List<String> reachable =
        from.spec().getNetworking().getNetworksList().stream()
            .map(attachment -> attachment.getNetwork().getName())
            .toList();
    boolean shared = false;
    for (NetworkAttachment.Builder attachment :
        to.spec().getNetworkingBuilder().getNetworksBuilderList()) {
      if (reachable.contains(attachment.getNetwork().getName())) {
        shared = true;
        if (!attachment.getAliasesList().contains(alias)) {
          attachment.addAliases(alias);
        }
      }
    }
    if (!shared) {
      findings.refuse(
          link, "%s and %s share no network".formatted(from.service().key(), to.service().key()));
    }
  }

  /** Finds names that two services claim on one network. */
  static void check(Drafts drafts, Findings findings) {
    Map<Name, Service> claimed = new HashMap<>();
    for (Draft draft : drafts.all()) {
      Service service = draft.service();
      for (NetworkAttachment attachment : draft.spec().getNetworking().getNetworksList()) {
        for (String alias : attachment.getAliasesList()) {
          Name name = new Name(attachment.getNetwork().getName(), alias);
          Service before = claimed.putIfAbsent(name, service);
          if (before != null && !before.key().equals(service.key())) {
            findings.refuse(
                place(service, alias),
                "the name %s on network %s is claimed by %s at %s already; rename one of them"
                    .formatted(
                        alias,
                        name.network(),
                        before.fields().path(),
                        place(before, alias).place()));
          }
        }
      }
    }
  }

  /** Where a service claims a name: the alias, the container's name, or the service itself. */
  private static Placed<?> place(Service service, String alias) {
    Optional<Placed<String>> container =
        service.fields().text("container_name").filter(name -> name.value().equals(alias));
    if (container.isPresent()) {
      return container.get();
    }
    for (Placed<YamlValue> network : service.fields().children("networks").values()) {
      if (network.value() instanceof YamlValue.Mapping mapping) {
        Fields attachment =
            new Fields(
                mapping, network.place(), network.path(), ServiceKeys.ATTACHMENT, new Findings());
        for (Placed<String> written : attachment.texts("aliases")) {
          if (written.value().equals(alias)) {
            return written;
          }
        }
      }
    }
    return service.fields().self();
  }
}
