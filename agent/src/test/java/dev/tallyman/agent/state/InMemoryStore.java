package dev.tallyman.agent.state;

import dev.tallyman.agent.model.FeedState;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * A store that lasts as long as it is referenced, with a disk that can be made to fail. Safe for a
 * test's thread next to the one that writes.
 */
final class InMemoryStore implements Store {

  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
  private final Map<String, FeedState> desired = new ConcurrentHashMap<>();
  private final AtomicInteger tries = new AtomicInteger();
  private volatile Optional<Remembered> remembered = Optional.empty();
  private volatile Optional<String> agentId = Optional.empty();
  private volatile Optional<String> fault = Optional.empty();

  /** Each save fails from now on. */
  void failWith(String why) {
    fault = Optional.of(why);
  }

  /** Saves succeed again. */
  void heal() {
    fault = Optional.empty();
  }

  /** How many saves were tried. */
  int tries() {
    return tries.get();
  }

  private void trySave() throws StateException {
    tries.incrementAndGet();
    if (fault.isPresent()) {
      throw new StateException(fault.get());
    }
  }

  @Override
  public Loaded<FeedState> loadDesired(String feed) {
    FeedState state = desired.get(feed);
    return state == null ? new Loaded.Absent<>() : new Loaded.Present<>(state);
  }

  @Override
  public void saveDesired(FeedState state) throws StateException {
    trySave();
    desired.put(state.feed(), state);
  }

  @Override
  public Loaded<Remembered> loadRemembered() {
    return remembered.<Loaded<Remembered>>map(Loaded.Present::new).orElseGet(Loaded.Absent::new);
  }

  @Override
  public void saveRemembered(Remembered image) throws StateException {
    trySave();
    remembered = Optional.of(image);
  }

  @Override
  public String agentId() {
    if (agentId.isEmpty()) {
      byte[] bytes = new byte[16];
      random.nextBytes(bytes);
      agentId = Optional.of(HexFormat.of().formatHex(bytes));
    }
    return agentId.get();
  }

  @Override
  public void close() {}
}
