package dev.tallyman.compose.translate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Variables with facts of other workloads, such as the host and the port of one between two pairs
 * of braces. What the files say already, a port or a variable, is put in here; the rest is left to
 * the agent, which knows it when the other workload runs. Four braces stand for two plain ones.
 */
final class FactTemplates {

  private static final Pattern PART =
      Pattern.compile("\\{\\{\\{\\{|\\{\\{([^{}]*)}}|\\{\\{", Pattern.DOTALL);
  private static final Pattern EXPOSED = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/.*)?");
  private static final List<String> FACTS =
      List.of("host", "port", "port.N", "hostPort.N", "url", "env.NAME", "encodedEnv.NAME");
  private static final int LAST_PORT = 65_535;

  /** A service or one of its replicas, as a template names it. */
  private record Target(Service service, String workload) {}

  private final Drafts drafts;
  private final Findings findings;
  private final Map<String, Target> targets = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> environments = new HashMap<>();
  private final Map<String, Map<String, Placed<?>>> used = new HashMap<>();

  /** Prepares to read the templates of services as they are without them. */
  FactTemplates(Drafts drafts, Findings findings) {
    this.drafts = drafts;
    this.findings = findings;
    for (Draft draft : drafts.all()) {
      Service service = draft.service();
      service.workloads().forEach(name -> targets.put(name, new Target(service, name)));
      Map<String, String> environment = new LinkedHashMap<>();
      draft
          .spec()
          .getEnvList()
          .forEach(variable -> environment.put(variable.getName(), variable.getValue()));
      environments.put(service.key(), environment);
    }
    for (Draft draft : drafts.all()) {
      Service service = draft.service();
      // A service with replicas is found too, to say that one of them must be named.
      targets.put(service.key(), new Target(service, service.name()));
    }
  }

  /** Adds the variables of {@code x-tallyman.env} to each service. */
  void translate() {
    for (Draft draft : drafts.all()) {
      Service service = draft.service();
      Set<String> known = new LinkedHashSet<>();
      WorkloadSpec.Builder spec = draft.spec();
      spec.getEnvList().forEach(variable -> known.add(variable.getName()));
      service
          .extension()
          .map(extension -> extension.pairs("env"))
          .orElse(List.of())
          .forEach(pair -> {
            if (!known.add(pair.key())) {
              findings.refuse(
                  pair.place(), pair.path(), "is in environment: too; leave one of them out");
            }
            Form.VARIABLE.check(pair.placed().with(pair.key()), findings);
            spec.addEnv(variable(service, pair));
          });
    }
  }

  /** For each service the services whose facts it uses, and where. */
  Map<String, Map<String, Placed<?>>> used() {
    return used;
  }

  private EnvVar variable(Service service, Fields.Pair pair) {
    Placed<String> text = pair.placed();
    StringBuilder template = new StringBuilder();
    Matcher matcher = PART.matcher(text.value());
    int end = 0;
    while (matcher.find()) {
      template.append(escaped(text.value().substring(end, matcher.start())));
      end = matcher.end();
      if (matcher.group(1) != null) {
        template.append(fact(service, text, matcher.group(1).strip()));
      } else if (matcher.group().length() == 4) {
        template.append("{{");
      } else {
        findings.refuse(text, "{{ without }} (expected: {{name.fact}}, or {{{{ for a plain {{)");
      }
    }
    template.append(escaped(text.value().substring(end)));
    EnvVar.Builder variable = EnvVar.newBuilder().setName(pair.key());
    String whole = template.toString();
    return whole.replace("$$", "").contains("${")
        ? variable.setTemplate(whole).build()
        : variable.setValue(whole.replace("$$", "$")).build();
  }

  private static String escaped(String text) {
    return text.replace("$", "$$");
  }

  private String fact(Service service, Placed<String> text, String reference) {
    Optional<Target> target = target(text, reference);
    if (target.isEmpty()) {
      return "";
    }
    Target other = target.get();
    String name = longestName(reference).orElseThrow();
    String fact = reference.substring(name.length() + 1);
    if (other.service().key().equals(service.key())) {
      findings.refuse(text, "{{%s}} is a fact of the service itself".formatted(reference));
      return "";
    }
    int replicas = other.service().replicas().value();
    if (replicas != 1 && other.workload().equals(other.service().name())) {
      findings.refuse(
          text,
          "{{%s}}: %s has %d replicas at %s%s"
              .formatted(
                  reference,
                  name,
                  replicas,
                  other.service().replicas().place(),
                  replicas == 0
                      ? ""
                      : "; name one of them, such as " + other.service().name() + "-1"));
      return "";
    }
    used.computeIfAbsent(service.key(), _ -> new LinkedHashMap<>())
        .putIfAbsent(other.service().key(), text);
    return value(text, reference, other, fact);
  }

  private Optional<Target> target(Placed<String> text, String reference) {
    if (reference.indexOf('.') < 0) {
      findings.refuse(
          text, "{{%s}} (expected: a workload and a fact, such as db.host)".formatted(reference));
      return Optional.empty();
    }
    Optional<String> name = longestName(reference);
    if (name.isEmpty()) {
      String first = reference.substring(0, reference.indexOf('.'));
      findings.refuse(
          text,
          "{{%s}}: there is no service %s%s"
              .formatted(reference, first, Suggestions.didYouMean(first, targets.keySet())));
    }
    return name.map(targets::get);
  }

  /** The known name before a dot; names may have dots themselves. */
  private Optional<String> longestName(String reference) {
    for (int dot = reference.lastIndexOf('.'); dot > 0; dot = reference.lastIndexOf('.', dot - 1)) {
      String name = reference.substring(0, dot);
      if (targets.containsKey(name)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  private String value(Placed<String> text, String reference, Target other, String fact) {
    String[] words = fact.split("\\.", 2);
    String rest = words.length == 2 ? words[1] : "";
    boolean plain = words.length == 1;
    if (!words[0].equals("env")
        && !words[0].equals("encodedEnv")
        && other.service().hasNoNetwork()) {
      findings.refuse(text, "{{%s}}: the service has no network".formatted(reference));
      return "";
    }
    switch (words[0]) {
      case "host" -> {
        if (plain) {
          return "${" + other.workload() + ".host}";
        }
      }
      case "url" -> {
        if (plain) {
          return url(text, reference, other);
        }
      }
      case "port" -> {
        return plain ? firstPort(text, reference, other) : port(text, reference, other, rest);
      }
      case "hostPort" -> {
        if (!plain) {
          return hostPort(text, reference, other, rest);
        }
      }
      case "env" -> {
        return variable(text, reference, other, rest);
      }
      case "encodedEnv" -> {
        return escaped(
            URLEncoder.encode(variable(text, reference, other, rest).replace("$$", "$"), UTF_8)
                .replace("+", "%20"));
      }
      default -> {}
    }
    findings.refuse(
        text,
        "{{%s}}: no such fact (expected: %s%s)"
            .formatted(reference, String.join(", ", FACTS), Suggestions.didYouMean(fact, FACTS)));
    return "";
  }

  private String url(Placed<String> text, String reference, Target other) {
    if (published(other).isEmpty()) {
      findings.refuse(
          text,
          "{{%s}}: the service publishes no port; write the address out, as postgres://{{name.host}}:{{name.port}}"
              .formatted(reference));
      return "";
    }
    return "${" + other.workload() + ".url}";
  }

  private String firstPort(Placed<String> text, String reference, Target other) {
    List<Integer> known = known(other);
    if (known.isEmpty()) {
      findings.refuse(
          text,
          "{{%s}}: no port of the service is known; name it in its expose:".formatted(reference));
      return "";
    }
    return known.getFirst().toString();
  }

  private String port(Placed<String> text, String reference, Target other, String number) {
    List<Integer> known = known(other);
    if (known.stream().noneMatch(port -> port.toString().equals(number))) {
      findings.refuse(
          text,
          "{{%s}}: no such port (expected: one of %s; others are named in expose:)"
              .formatted(reference, known));
      return "";
    }
    return number;
  }

  private String hostPort(Placed<String> text, String reference, Target other, String number) {
    List<Integer> published =
        published(other).stream().map(Port::getContainerPort).distinct().toList();
    if (published.stream().noneMatch(port -> port.toString().equals(number))) {
      findings.refuse(
          text,
          "{{%s}}: the service does not publish it (expected: one of %s)"
              .formatted(reference, published));
      return "";
    }
    return "${%s.hostPort.%s}".formatted(other.workload(), number);
  }

  private String variable(Placed<String> text, String reference, Target other, String name) {
    Optional<String> value =
        Optional.ofNullable(environments.getOrDefault(other.service().key(), Map.of()).get(name));
    if (value.isEmpty()) {
      findings.refuse(
          text, "{{%s}}: the service has no such variable in environment:".formatted(reference));
    }
    return escaped(value.orElse(""));
  }

  private List<Port> published(Target other) {
    int replica = other.service().workloads().indexOf(other.workload());
    return drafts.of(other.service().key()).ports().get(replica);
  }

  /** The ports that are published, then those that are exposed. */
  private List<Integer> known(Target other) {
    Set<Integer> known = new LinkedHashSet<>();
    published(other).forEach(port -> known.add(port.getContainerPort()));
    for (Placed<String> exposed : other.service().fields().texts("expose")) {
      Matcher range = EXPOSED.matcher(exposed.value());
      if (range.matches()) {
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        IntStream.rangeClosed(first, Math.min(last, LAST_PORT)).forEach(known::add);
      }
    }
    return List.copyOf(known);
  }
}
