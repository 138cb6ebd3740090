package dev.tallyman.runtime.oci.images;

import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Adds up what an engine says while it pulls. Each message is about one layer, or about the whole;
 * only the sums mean anything to people. Not for several threads.
 */
public final class PullTracker {

  /** No image has so many; a stream without end must not fill the memory. */
  private static final int MAX_LAYERS = 10_000;

  private final String image;
  private final Map<String, Layer> layers = new HashMap<>();
  private Optional<PullProgress> last = Optional.empty();

  private record Layer(long done, long total) {}

  private static final Layer NOTHING = new Layer(0, 0);

  public PullTracker(String image) {
    this.image = image;
  }

  /**
   * Takes a message.
   *
   * @return how far the pull is, if the message said anything new
   * @throws EngineRefusal if the message is an error
   */
  public Optional<PullProgress> add(Json message) throws EngineRefusal {
    Json detail = message.at("errorDetail");
    String error = first(detail.at("message"), message.at("error"));
    if (!error.isEmpty()) {
      throw new EngineRefusal(Math.clamp(detail.at("code").number().orElse(500), 400, 599), error);
    }
    String status = first(message.at("status"), message.at("stream")).strip();
    String id = message.at("id").text();
    if (!id.isEmpty() && (layers.containsKey(id) || layers.size() < MAX_LAYERS)) {
      Layer before = layers.getOrDefault(id, NOTHING);
      layers.put(id, later(before, layer(status, message.at("progressDetail"))));
    }
    PullProgress now =
        new PullProgress(
            image,
            layers.values().stream().mapToLong(Layer::done).reduce(0, PullTracker::sum),
            layers.values().stream().mapToLong(Layer::total).reduce(0, PullTracker::sum),
            status.isEmpty() ? id : id.isEmpty() ? status : id + ": " + status);
    if (last.equals(Optional.of(now))) {
      return Optional.empty();
    }
    last = Optional.of(now);
    return last;
  }

  /** The largest number there is, if the engine's are too large to be added. */
  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  private static String first(Json wanted, Json otherwise) {
    return wanted.text().isEmpty() ? otherwise.text() : wanted.text();
  }

  private static Layer layer(String status, Json detail) {
    if (status.equals("Download complete") || status.equals("Pull complete")) {
      return new Layer(Long.MAX_VALUE, 0);
    }
    // The bytes of unpacking are those of the download over again.
    return status.equals("Extracting")
        ? new Layer(0, 0)
        : new Layer(
            Math.max(0, detail.at("current").number().orElse(0)),
            Math.max(0, detail.at("total").number().orElse(0)));
  }

  private static Layer later(Layer before, Layer now) {
    long total = Math.max(before.total, now.total);
    return new Layer(Math.max(before.done, Math.min(now.done, total)), total);
  }
}
