package dev.tallyman.cli.survival;

import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an engine itself says it has of a node: not through the runtime, which is part of what is
 * tested. What bears the stack's name without the node's labels counts too.
 */
final class EngineView {

  private static final String API = "/v1.41";

  private final EngineHttp http;
  private final String node;
  private final String stack;

  EngineView(Path socket, String node, String stack) {
    this.http = new EngineHttp(socket);
    this.node = node;
    this.stack = stack;
  }

  /**
   * A container.
   *
   * @param uid label; empty if it has none
   * @param workload label; empty if it has none
   * @param state the engine's word
   */
  record Container(String id, String uid, String workload, String state) {

    boolean runs() {
      return state.equals("running");
    }
  }

  /** Those of the node, and those that are called like one. */
  List<Container> containers() {
    List<Container> containers = new ArrayList<>();
    for (Json one : list("/containers/json?all=1").items()) {
      Json labels = one.at("Labels");
      boolean named =
          one.at("Names").items().stream().anyMatch(n -> n.text().startsWith("/" + stack + "-"));
      if (named || labels.at("tallyman.node").text().equals(node)) {
        containers.add(
            new Container(
                one.at("Id").text(),
                labels.at("tallyman.uid").text(),
                labels.at("tallyman.workload").text(),
                one.at("State").text()));
      }
    }
    return containers;
  }

  /** Names of networks that are the node's, or are called after it. */
  List<String> networks() {
    return names(list("/networks").items().stream());
  }

  /** Names of volumes that are the node's, or are called after it. */
  List<String> volumes() {
    return names(list("/volumes").at("Volumes").items().stream());
  }

  private List<String> names(Stream<Json> things) {
    return things
        .filter(thing ->
            thing.at("Name").text().startsWith(node)
                || thing.at("Labels").at("tallyman.node").text().equals(node))
        .map(thing -> thing.at("Name").text())
        .sorted()
        .toList();
  }

  private Json list(String path) {
    try {
      return http.get(API + path).body();
    } catch (IOException | EngineRefusal e) {
      throw new AssertionError(path + ": " + e, e);
    }
  }
}
