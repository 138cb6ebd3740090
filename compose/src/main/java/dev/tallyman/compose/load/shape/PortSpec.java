package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port in short form: {@code [IP:][HOST[-END]:]CONTAINER[-END][/PROTOCOL]}. A range of container
 * ports becomes one entry for each; a range of host ports for one container port stays a range, of
 * which the engine takes one that is free.
 */
record PortSpec(Optional<String> hostIp, Optional<Range> published, Range target, String protocol) {

  static final String EXPECTED = "[IP:][HOST[-END]:]CONTAINER[-END][/tcp|udp|sctp]";

  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");
  private static final int HIGHEST = 65535;

  /** Ports from one to another, both included. */
  record Range(int first, int last) {
    static Optional<Range> parse(String text, int lowest) {
      Matcher matcher = RANGE.matcher(text);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      return first < lowest || last < first || last > HIGHEST
          ? Optional.empty()
          : Optional.of(new Range(first, last));
    }

    int size() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + "-" + last;
    }
  }

  /** The port that a text means; empty when it has another form. */
  static Optional<PortSpec> parse(String text) {
    int slash = text.indexOf('/');
    String protocol = slash < 0 ? "" : text.substring(slash + 1).toLowerCase(Locale.ROOT);
    String ports = slash < 0 ? text : text.substring(0, slash);
    int colon = ports.lastIndexOf(':');
    Optional<Range> target = Range.parse(ports.substring(colon + 1), 1);
    String rest = colon < 0 ? "" : ports.substring(0, colon);
    colon = rest.lastIndexOf(':');
    String host = rest.substring(colon + 1);
    Optional<Range> published = Range.parse(host, 0);
    String ip = colon < 0 ? "" : rest.substring(0, colon);
    if (ip.startsWith("[") && ip.endsWith("]")) {
      ip = ip.substring(1, ip.length() - 1);
    }
    if (target.isEmpty()
        || (published.isEmpty() && !host.isEmpty())
        || !(ip.isEmpty() || Addresses.isIp(ip))
        || !(protocol.isEmpty() || protocol.matches("tcp|udp|sctp"))
        || published.filter(range -> !fits(range, target.get())).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new PortSpec(
            Optional.of(ip).filter(address -> !address.isEmpty()),
            published,
            target.get(),
            protocol.isEmpty() ? "tcp" : protocol));
  }

  private static boolean fits(Range published, Range target) {
    return target.size() == 1 || published.size() == target.size();
  }

  /** The long forms. */
  List<Mapping> entries(Place place) {
    List<Mapping> entries = new ArrayList<>();
    for (int i = 0; i < target.size(); i++) {
      EntryMap entry = new EntryMap();
      entry.put("mode", Trees.text(place, "ingress"));
      hostIp.ifPresent(ip -> entry.put("host_ip", Trees.text(place, ip)));
      entry.put("target", Trees.number(place, target.first() + i));
      if (published.isPresent()) {
        entry.put("published", published(place, published.get(), i));
      }
      entry.put("protocol", Trees.text(place, protocol));
      entries.add(entry.at(place));
    }
    return entries;
  }

  private YamlValue published(Place place, Range range, int index) {
    return Trees.text(
        place, target.size() == 1 ? range.toString() : Integer.toString(range.first() + index));
  }
}
