package dev.tallyman.compose.translate;

import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.proto.v1.Isolation;
import dev.tallyman.proto.v1.Security;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a policy makes of a service, and which of its keys contradict it: a key can make a service
 * tighter than its policy, and never less tight.
 */
final class PolicyRules {

  private static final List<String> ISOLATIONS = List.of("container", "sandbox", "microvm");

  private final Service service;
  private final Fields fields;
  private final Placed<Policy> policy;
  private final WorkloadSpec.Builder spec;
  private final Findings findings;

  private PolicyRules(Service service, WorkloadSpec.Builder spec, Findings findings) {
    this.service = service;
    this.fields = service.fields();
    this.policy = service.policy();
    this.spec = spec;
    this.findings = findings;
  }

  static void apply(Service service, WorkloadSpec.Builder spec, Findings findings) {
    PolicyRules rules = new PolicyRules(service, spec, findings);
    rules.isolation();
    if (rules.policy.value().cutsNetwork()) {
      rules.cutNetwork();
    }
    if (rules.policy.value().hardens()) {
      rules.harden();
    }
  }

  private void isolation() {
    Optional<Placed<String>> word =
        service
            .extension()
            .flatMap(extension -> extension.text("isolation"))
            .filter(text -> Extension.oneOf(text, ISOLATIONS, findings));
    word.ifPresent(text ->
        spec.setIsolation(Isolation.valueOf("ISOLATION_" + text.value().toUpperCase(Locale.ROOT))));
    boolean sandboxed =
        word.filter(text -> !text.value().equals("container")).isPresent()
            || policy.value().needsSandbox();
    if (policy.value().needsSandbox()) {
      word.filter(text -> text.value().equals("container")).ifPresent(this::contradicts);
      if (word.isEmpty()) {
        spec.setIsolation(Isolation.ISOLATION_SANDBOX);
      }
      fields.value("devices").filter(PolicyRules::says).ifPresent(this::contradicts);
      for (String key : List.of("pid", "ipc")) {
        fields
            .text(key)
            .filter(
                whose -> whose.value().startsWith("service:") || whose.value().equals("shareable"))
            .ifPresent(this::contradicts);
      }
    }
    Placed<?> asks = policy.value().needsSandbox() || word.isEmpty() ? policy : word.get();
    fields
        .text("runtime")
        .filter(_ -> sandboxed)
        .ifPresent(runtime ->
            findings.refuse(
                runtime,
                "%s: the isolation that %s at %s asks for chooses the OCI runtime; remove it"
                    .formatted(runtime.value(), asks.path(), asks.place())));
  }

  private void cutNetwork() {
    fields.value("ports").filter(PolicyRules::says).ifPresent(this::contradicts);
    fields.value("links").filter(PolicyRules::says).ifPresent(this::contradicts);
    fields.value("networks").filter(_ -> service.namesNetworks()).ifPresent(this::contradicts);
    service.networkMode().filter(mode -> !mode.value().equals("none")).ifPresent(this::contradicts);
  }

  private void harden() {
    fields.flag("privileged").filter(Placed::value).ifPresent(this::contradicts);
    fields.value("cap_add").filter(PolicyRules::says).ifPresent(this::contradicts);
    fields.flag("read_only").filter(flag -> !flag.value()).ifPresent(this::contradicts);
    fields.text("userns_mode").ifPresent(this::contradicts);
    for (String key : List.of("pid", "ipc", "network_mode")) {
      fields.text(key).filter(word -> word.value().equals("host")).ifPresent(this::contradicts);
    }
    fields.texts("security_opt").stream()
        .filter(option -> loosens(option.value()))
        .forEach(this::contradicts);
    Security.Builder security = spec.getSecurityBuilder();
    security.clearCapDrop().addCapDrop("ALL").setNoNewPrivileges(true).setReadOnlyRoot(true);
  }

  /** Of SELinux labels only a level is sure to separate more than the engine does. */
  private static boolean loosens(String option) {
    return switch (option.replaceFirst("[=:]", "=")) {
      case "no-new-privileges=false", "seccomp=unconfined", "apparmor=unconfined" -> true;
      case String label when label.startsWith("label=") -> !label.startsWith("label=level:");
      case String _ -> false;
    };
  }

  private void contradicts(Placed<?> value) {
    findings.refuse(
        value.place(),
        value.path(),
        "contradicts the policy %s at %s; a key can only tighten: remove it, or choose another policy"
            .formatted(policy.value().word(), policy.place()));
  }

  private static boolean says(Placed<YamlValue> value) {
    return Yaml.says(value.value());
  }
}
