package dev.tallyman.runtime.oci.images;

import java.util.regex.Pattern;

/**
 * Gives an image reference one meaning on all engines. Docker reads {@code busybox} as {@code
 * docker.io/library/busybox:latest}; Podman prefers an image of that name that was built locally,
 * or asks its list of registries. So engines are always given the full form.
 */
public final class ImageReference {

  private static final Pattern IMAGE_ID = Pattern.compile("(sha256:)?[0-9a-f]{64}");

  private ImageReference() {}

  /** The full form. What is no reference is left as it is, for the engine to refuse. */
  public static String qualified(String image) {
    if (image.isEmpty() || IMAGE_ID.matcher(image).matches()) {
      return image;
    }
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
    String registry = hasRegistry ? first : "docker.io";
    String path = hasRegistry ? image.substring(slash + 1) : image;
    if (registry.equals("docker.io") && !path.contains("/")) {
      path = "library/" + path;
    }
    return registry + "/" + path + (hasTagOrDigest(path) ? "" : ":latest");
  }

  /** Whether it can never mean another image. */
  static boolean isFixed(String image) {
    return image.contains("@") || IMAGE_ID.matcher(image).matches();
  }

  /** The registry of a full reference. */
  public static String registry(String qualified) {
    int slash = qualified.indexOf('/');
    return slash < 0 ? "" : qualified.substring(0, slash);
  }

  private static boolean hasTagOrDigest(String path) {
    return path.contains("@") || path.lastIndexOf(':') > path.lastIndexOf('/');
  }
}
