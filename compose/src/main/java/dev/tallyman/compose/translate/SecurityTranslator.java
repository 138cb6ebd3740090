package dev.tallyman.compose.translate;

import com.google.protobuf.ByteString;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlReader;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.proto.v1.Security;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a service may do, as its own keys say. Policies come on top of it. */
final class SecurityTranslator {

  private static final List<String> IPC = List.of("none", "private", "shareable", "host");
  private static final YamlReader.Bounds PROFILE =
      new YamlReader.Bounds(FileContents.MAX_BYTES, 50, 200_000);

  private final Model model;
  private final Service service;
  private final Fields fields;
  private final Findings findings;
  private final Security.Builder security = Security.newBuilder();

  private SecurityTranslator(Model model, Service service) {
    this.model = model;
    this.service = service;
    this.fields = service.fields();
    this.findings = model.findings();
  }

  static void translate(Model model, Service service, WorkloadSpec.Builder spec) {
    SecurityTranslator translator = new SecurityTranslator(model, service);
    translator.grants();
    translator.options();
    translator.namespaces(spec);
    if (!translator.security.build().equals(Security.getDefaultInstance())) {
      spec.setSecurity(translator.security);
    }
  }

  private void grants() {
    fields.flag("privileged").ifPresent(flag -> security.setPrivileged(flag.value()));
    fields.flag("read_only").ifPresent(flag -> security.setReadOnlyRoot(flag.value()));
    fields.texts("cap_add").forEach(name -> security.addCapAdd(capability(name)));
    fields.texts("cap_drop").forEach(name -> security.addCapDrop(capability(name)));
    fields
        .texts("group_add")
        .forEach(group -> security.addGroups(Form.GROUP.check(group, findings)));
    fields
        .text("userns_mode")
        .ifPresent(mode -> {
          if (!mode.value().equals("host")) {
            findings.bad(mode, "host, or no userns_mode:");
          }
          security.setUserNamespace(mode.value());
        });
  }

  private String capability(Placed<String> name) {
    String bare = name.value().toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
    if (!Form.CAPABILITY.fits(bare)) {
      findings.bad(name, Form.CAPABILITY.expected());
    }
    return bare;
  }

  private void options() {
    fields.texts("security_opt").forEach(this::option);
  }

  private void option(Placed<String> option) {
    String text = option.value();
    int cut = separator(text);
    String name = cut < 0 ? text : text.substring(0, cut);
    String value = cut < 0 ? "" : text.substring(cut + 1);
    boolean unfinished = cut < 0 ? !name.equals("no-new-privileges") : value.isEmpty();
    if (unfinished) {
      findings.bad(option, "name=value");
      return;
    }
    switch (name) {
      case "no-new-privileges" -> noNewPrivileges(option, value);
      case "seccomp" -> seccomp(option, value).ifPresent(security::setSeccomp);
      case "apparmor" -> security.setApparmor(Form.WORD.check(option.with(value), findings));
      case "label" -> security.addSelinux(Form.SELINUX.check(option.with(value), findings));
      default ->
          findings.bad(
              option, "no-new-privileges, seccomp=, apparmor= or label=; no other is supported");
    }
  }

  /** Both {@code name=value} and the older {@code name:value}. */
  private static int separator(String option) {
    int equal = option.indexOf('=');
    int colon = option.indexOf(':');
    return equal < 0 || (colon >= 0 && colon < equal) ? colon : equal;
  }

  private void noNewPrivileges(Placed<String> option, String value) {
    switch (value) {
      case "", "true" -> security.setNoNewPrivileges(true);
      case "false" -> security.setNoNewPrivileges(false);
      default -> findings.bad(option, "no-new-privileges, or with :true or :false");
    }
  }

  private Optional<String> seccomp(Placed<String> option, String value) {
    if (value.equals("unconfined")) {
      return Optional.of(value);
    }
    if (value.equals("builtin") || value.isEmpty()) {
      return Optional.empty();
    }
    FileContents files = new FileContents(model.project().directory(), model.sources(), findings);
    return files
        .read(option.with(value))
        .map(ByteString::toStringUtf8)
        .filter(json -> {
          // What is JSON is YAML as well, and anything else would be refused by the engine only.
          Faults faults = new Faults();
          var documents = new YamlReader(PROFILE).readText(value, json, faults);
          boolean good =
              faults.isEmpty() && documents.size() == 1 && documents.getFirst() instanceof Mapping;
          if (!good) {
            findings.refuse(option, value + " (expected: a seccomp profile in JSON)");
          }
          return good;
        });
  }

  private void namespaces(WorkloadSpec.Builder spec) {
    fields
        .text("pid")
        .flatMap(word -> namespace(word, List.of("host")))
        .ifPresent(spec::setPidNamespace);
    fields.text("ipc").flatMap(word -> namespace(word, IPC)).ifPresent(spec::setIpcNamespace);
  }

  private Optional<String> namespace(Placed<String> word, List<String> words) {
    if (word.value().startsWith("service:")) {
      return NetworkingTranslator.workload(word, model, service).map(name -> "workload:" + name);
    }
    if (words.contains(word.value())) {
      return Optional.of(word.value());
    }
    findings.bad(word, String.join(", ", words) + " or service:name");
    return Optional.empty();
  }
}
