package dev.tallyman.compose.load.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a value stands in a project.
 *
 * @param keys keys from the top; {@code [0]} for an item of a list
 */
public record KeyPath(List<String> keys) {

  /** The top of a project. */
  public static final KeyPath TOP = new KeyPath(List.of());

  /** Copies the keys. */
  public KeyPath {
    keys = List.copyOf(keys);
  }

  /** The path with these keys. */
  public static KeyPath of(String... keys) {
    return new KeyPath(List.of(keys));
  }

  /** The path of an entry of the mapping here. */
  public KeyPath key(String key) {
    List<String> longer = new ArrayList<>(keys);
    longer.add(key);
    return new KeyPath(longer);
  }

  /** The path of an item of the list here. */
  public KeyPath item(int index) {
    return key("[" + index + "]");
  }

  /** Whether the path has these keys; {@code *} stands for any one. */
  public boolean matches(List<String> pattern) {
    if (pattern.size() != keys.size()) {
      return false;
    }
    for (int i = 0; i < keys.size(); i++) {
      if (!pattern.get(i).equals("*") && !pattern.get(i).equals(keys.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The path as a person writes it: {@code services.web.ports[0]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String key : keys) {
      if (!text.isEmpty() && !key.startsWith("[")) {
        text.append('.');
      }
      text.append(key);
    }
    return text.toString();
  }
}
