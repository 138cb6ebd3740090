package dev.tallyman.runtime.oci.images;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.Images;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.oci.engine.Deadline;
import dev.tallyman.runtime.oci.engine.Dialect;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import dev.tallyman.runtime.oci.http.JsonStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The images of an engine. */
public final class OciImages implements Images {

  private static final int MAX_REMEMBERED = 1_000;

  private final Engine engine;
  private final RegistryCredentials credentials;
  private final Cache<String, Optional<ImageHealthCheck>> checks =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

  public OciImages(Engine engine, RegistryCredentials credentials) {
    this.engine = engine;
    this.credentials = credentials;
  }

  @Override
  public boolean isPresent(String image) {
    String full = ImageReference.qualified(image);
    return engine.run(
        new EngineCall(Verb.IMAGE, full),
        engine.deadlines().read(),
        (http, dialect) -> isPresentNow(http, dialect, full));
  }

  @Override
  public Optional<ImageHealthCheck> healthCheck(String image) {
    String full = ImageReference.qualified(image);
    Optional<ImageHealthCheck> known = checks.getIfPresent(full);
    if (known != null) {
      return known;
    }
    Optional<ImageHealthCheck> check = HealthCheckReply.of(inspect(full));
    if (ImageReference.isFixed(full)) {
      checks.put(full, check);
    }
    return check;
  }

  /** {@code os/architecture[/variant]} of an image that the engine has. */
  public String platform(String image) {
    Json found = inspect(ImageReference.qualified(image));
    String variant = found.at("Variant").text();
    return found.at("Os").text()
        + "/"
        + found.at("Architecture").text()
        + (variant.isEmpty() ? "" : "/" + variant);
  }

  private Json inspect(String full) {
    EngineCall call = new EngineCall(Verb.IMAGE, full);
    return engine
        .run(
            call,
            engine.deadlines().read(),
            (http, dialect) -> {
              try {
                return Optional.of(
                    http.get(dialect.path("/images/" + EngineHttp.encode(full) + "/json"))
                        .object());
              } catch (EngineRefusal refusal) {
                if (refusal.status() == 404) {
                  return Optional.<Json>empty();
                }
                throw refusal;
              }
            })
        .orElseThrow(() -> engine.errors().imageNotFound(call));
  }

  @Override
  public void pull(String image, Consumer<PullProgress> progress) {
    String full = ImageReference.qualified(image);
    Deadline stall = Deadline.in(engine.deadlines().pullStall());
    EngineCall call = new EngineCall(Verb.PULL, full);
    engine.run(
        call,
        stall,
        (http, dialect) -> {
          Map<String, String> headers = loginHeaders(call, ImageReference.registry(full));
          String path = dialect.path("/images/create?fromImage=" + EngineHttp.encode(full));
          try (JsonStream messages = http.streamPost(path, headers)) {
            follow(messages, new PullTracker(image), stall, progress);
          }
          if (!isPresentNow(http, dialect, full)) {
            throw new EngineRefusal(500, "the pull ended without an error, and without the image");
          }
          return full;
        });
  }

  private Map<String, String> loginHeaders(EngineCall call, String registry)
      throws InterruptedException {
    try {
      return credentials
          .header(registry)
          .map(login -> Map.of("X-Registry-Auth", login))
          .orElse(Map.of());
    } catch (IOException unreadable) {
      throw engine.errors().loginUnreadable(call, unreadable);
    }
  }

  private static boolean isPresentNow(EngineHttp http, Dialect dialect, String full)
      throws IOException, EngineRefusal {
    try {
      http.get(dialect.path("/images/" + EngineHttp.encode(full) + "/json"));
      return true;
    } catch (EngineRefusal refusal) {
      if (refusal.status() == 404) {
        return false;
      }
      throw refusal;
    }
  }

  /** Reads to the end. */
  private static void follow(
      JsonStream messages, PullTracker tracker, Deadline stall, Consumer<PullProgress> progress)
      throws IOException, EngineRefusal {
    Optional<Json> message = messages.next();
    while (message.isPresent()) {
      Optional<PullProgress> now = tracker.add(message.get());
      if (now.isPresent()) {
        stall.restart();
        progress.accept(now.get());
      }
      message = messages.next();
    }
  }
}
