package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.EnvVar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the environment of one workload. */
final class EnvReader {

  /** Everything that a {@code $} may begin. */
  private static final Pattern DOLLAR = Pattern.compile("\\$(?:\\$|\\{([^{}]*)})?");

  /** Only what looks like a reference is shown: all else may be part of a secret. */
  private static final Pattern REFERENCE =
      Pattern.compile("([a-z0-9-]{1,63})\\.([A-Za-z]{1,10}(?:\\.[0-9]{1,10})?)");

  private static final Pattern FACT =
      Pattern.compile("host|url|port|(?:port|hostPort)\\.([1-9][0-9]{0,4})");

  private static final int LAST_PORT = 65535;

  private EnvReader() {}

  /**
   * The environment.
   *
   * @param variables values and the texts of templates, by name
   * @param templates names of those that are templates
   * @param mentions the workloads that templates speak of
   */
  record Environment(
      Map<String, String> variables, Set<String> templates, List<Mention> mentions) {}

  /** A workload that a template speaks of. */
  record Mention(String field, String workload) {}

  static Environment read(List<EnvVar> messages, FieldFaults faults) {
    faults.addIfMore("spec.env", messages.size(), "variables", Bounds.LIST_ENTRIES);
    Map<String, String> variables = new LinkedHashMap<>();
    Set<String> templates = new TreeSet<>();
    List<Mention> mentions = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      EnvVar message = messages.get(i);
      String field = "spec.env[" + i + "]";
      String name = name(field + ".name", message.getName(), variables, faults);
      boolean isTemplate = !message.getTemplate().isEmpty();
      String text = isTemplate ? message.getTemplate() : message.getValue();
      String textField = field + (isTemplate ? ".template" : ".value");
      Texts.argument(textField, text, Texts.bytes(name) + 1, faults);
      if (isTemplate) {
        if (!message.getValue().isEmpty()) {
          faults.addDescribed(textField, "given beside a value", "either a value or a template");
        }
        templates.add(name);
        mentions(textField, text, faults).forEach(to -> mentions.add(new Mention(textField, to)));
      }
      variables.put(name, text);
    }
    return new Environment(variables, templates, mentions);
  }

  /** Notes a fault of each template that speaks of a workload that is none of these. */
  static void requireDependencies(
      Environment environment, Collection<String> dependencies, FieldFaults faults) {
    for (Mention mention : environment.mentions()) {
      if (!dependencies.contains(mention.workload())) {
        faults.add(
            mention.field(), mention.workload(), "a workload that is among the dependencies");
      }
    }
  }

  private static String name(
      String field, String name, Map<String, String> before, FieldFaults faults) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      // Somebody may have put "NAME=secret" here.
      faults.addDescribed(
          field, name.isEmpty() ? "empty" : "contains '=' or NUL", "a name without '=' and NUL");
    } else if (before.containsKey(name)) {
      faults.add(field, name, "a name that occurs once");
    }
    return name;
  }

  private static Set<String> mentions(String field, String template, FieldFaults faults) {
    Set<String> mentions = new TreeSet<>();
    Matcher dollars = DOLLAR.matcher(template);
    while (dollars.find()) {
      String inside = dollars.group(1);
      if (dollars.group().equals("$$")) {
        continue;
      }
      Matcher reference = REFERENCE.matcher(inside == null ? "" : inside);
      if (!reference.matches()) {
        faults.addDescribed(
            field,
            "the '$' at character " + (dollars.start() + 1),
            "${NAME.host}, ${NAME.port}, ${NAME.port.N}, ${NAME.hostPort.N} or ${NAME.url} with the"
                + " NAME of a workload; $$ for a '$'");
      } else if (!isFact(reference.group(2))) {
        faults.add(
            field,
            dollars.group(),
            "host, port, port.N, hostPort.N or url after the name, with an N from 1 to "
                + LAST_PORT);
      } else {
        mentions.add(reference.group(1));
      }
    }
    return mentions;
  }

  private static boolean isFact(String text) {
    Matcher fact = FACT.matcher(text);
    return fact.matches()
        && (fact.group(1) == null || Integer.parseInt(fact.group(1)) <= LAST_PORT);
  }
}
