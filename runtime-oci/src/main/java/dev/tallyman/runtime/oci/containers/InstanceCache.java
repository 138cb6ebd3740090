package dev.tallyman.runtime.oci.containers;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.oci.containers.Containers.Listed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of instances between requests.
 *
 * <p><b>Ids by uid</b> save the search for a label, which costs Podman 70 ms among 500 containers.
 * An id is never reused and its labels never change, so an old id can only be gone, never wrong.
 *
 * <p><b>Instances by id</b> save an inspection for each line of a list. An entry holds while the
 * list shows the same word for the state and no event has told of the container since; so entries
 * are only kept while a stream of events is open. An inspection that began before an event must not
 * be kept after it: {@link #begin} puts a mark that the event takes away, and {@link #finish} finds
 * it missing.
 */
public final class InstanceCache {

  private static final int MAX_ENTRIES = 10_000;

  private final Cache<String, Entry> byId = Caffeine.newBuilder().maximumSize(MAX_ENTRIES).build();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile Map<String, String> idByUid = new ConcurrentHashMap<>();
  private volatile boolean complete;

  /** What is kept for an id. */
  public sealed interface Entry {}

  /** An inspection under way; each is equal to itself only. */
  public static final class Mark implements Entry {
    private Mark() {}
  }

  public record Known(String word, Instance instance) implements Entry {}

  /** The id of the uid's container, if one was seen. */
  public Optional<String> id(String uid) {
    return Optional.ofNullable(idByUid.get(uid));
  }

  /** Whether all containers of the node were seen once. */
  public boolean isComplete() {
    return complete;
  }

  /** All containers of the node. */
  public void seen(List<Listed> all) {
    Map<String, String> ids = new ConcurrentHashMap<>();
    all.forEach(container -> ids.put(container.uid(), container.id()));
    idByUid = ids;
    complete = true;
  }

  /** One container. */
  public void seen(String uid, String id) {
    idByUid.put(uid, id);
  }

  /** The container is gone. */
  public void gone(String uid, String id) {
    idByUid.remove(uid, id);
    byId.invalidate(id);
  }

  /** The instance, if nothing has happened to it since it was looked at. */
  public Optional<Instance> unchanged(Listed listed) {
    return byId.getIfPresent(listed.id()) instanceof Known known && known.word.equals(listed.word())
        ? Optional.of(known.instance)
        : Optional.empty();
  }

  /** An inspection begins. */
  public Mark begin(String id) {
    Mark mark = new Mark();
    if (streams.get() > 0) {
      byId.put(id, mark);
    }
    return mark;
  }

  /**
   * An inspection has ended.
   *
   * @param word what a list would show
   */
  public void finish(String id, Mark mark, String word, Instance instance) {
    if (!States.isPassing(word)) {
      byId.asMap().replace(id, mark, new Known(word, instance));
    }
  }

  /** Something happened to the container. */
  public void changed(String id) {
    byId.invalidate(id);
  }

  /** From now on events tell what changes. */
  public void streamOpened() {
    streams.incrementAndGet();
  }

  /** One stream less. */
  public void streamEnded() {
    if (streams.decrementAndGet() == 0) {
      byId.invalidateAll();
    }
  }
}
