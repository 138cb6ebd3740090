package dev.tallyman.agent.explore;

import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.RuntimeView;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a {@link World} is, as 128 bits: two worlds that can go on in different ways have different
 * ones. The agent's memory is read from the fields of its own objects, all of them but those named
 * here, so that a field which is added to the loop makes a difference without anybody thinking of
 * it; a type that is not known here is an error.
 *
 * <p>What makes no difference for what can happen is left out, so that there are finitely many: how
 * often something was restarted or tried beyond once, sentences, and times as such. Of a time that
 * has come it counts which others are the same, of one that has not, which comes first.
 */
final class Digest {

  /** Two hashes of 64 bits. */
  record Key(long a, long b) {}

  private static final int ENOUGH = 2;

  /** Fields by class and name that hold ways out, what is said to people, and numbers of calls. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "Reconciler.node",
          "Reconciler.announcer",
          "Reconciler.telemetry",
          "Reconciler.clock",
          "Reconciler.nanos",
          "Sightings.looker",
          "Actions.actuator",
          "Actions.announcer",
          "Actions.telemetry",
          "Actions.nanos",
          "Actions.lastId",
          "Planner.prober",
          "Planner.announcer",
          "Planner.telemetry",
          // Each entry holds its own time.
          "Planner.wakes",
          "Book.housekeeper",
          "Wants.housekeeper",
          "Saver.persistence",
          "Feeds.views",
          // The views, once more.
          "Runtimes.list",
          "Runtimes.seen",
          // What follows from the rest of an entry.
          "Entry.said",
          "Entry.workload",
          "Entry.networks",
          // The entries' places, once more.
          "Stacks.seats",
          "Stacks.members",
          "Seat.holders",
          "Seat.dependants",
          "InFlight.id",
          "InFlight.beganNanos");

  private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();

  private final World world;
  private final Instant now;
  private final List<Object> tokens = new ArrayList<>(512);
  private final Map<Instant, Integer> past = new HashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());
  private final TreeSet<Instant> future = new TreeSet<>();

  /** Numbers from before questions that have not been answered. */
  private final TreeSet<Long> asked = new TreeSet<>();

  private Digest(World world) {
    this.world = world;
    now = world.now();
  }

  static Key of(World world) {
    Digest digest = new Digest(world);
    digest.outside();
    world.life().ifPresentOrElse(digest::life, () -> digest.add("dead"));
    return digest.key();
  }

  private void add(Object token) {
    tokens.add(token);
  }

  // ---- outside of the agent

  private void outside() {
    for (ModelEngine engine : world.engines()) {
      add(engine.up);
      for (ModelContainer container : engine.all()) {
        id(container.id());
        add(container.specHash());
        visit(container.state());
      }
    }
    add(world.wantsSoFar());
    add(world.isDrained());
    world
        .scenario()
        .programs()
        .forEach((uid, codes) -> {
          add(uid);
          add(Math.min(world.runs().getOrDefault(uid, 0), codes.size() + 1));
        });
    visit(world.rules().finished);
    visit(world.rules().succeeded);
    visit(world.rules().begun);
    visit(world.rules().serving);
    add(world.rules().disturbed);
    visit(world.disk());
    world.late().ifPresent(this::late);
  }

  private void late(LateRequest request) {
    add(request.kind());
    add(request.engine());
    id(request.subject());
    visit(request.action());
  }

  // ---- the agent

  private void life(Life life) {
    life.slow.ifPresent(message -> asked.add(asOf(message)));
    life.lanes.values().forEach(lane -> asked.add(lane.tick));
    life.slow.ifPresent(message -> {
      add(asked.headSet(asOf(message)).size());
      switch (message) {
        case Message.Seen seen -> {
          add(seen.uid());
          visit(seen.instance());
        }
        case Message.Listed listed -> visit(listed.instances());
        default -> throw new AssertionError(message);
      }
    });
    life.lanes
        .values()
        .forEach(lane -> {
          visit(lane.action);
          add(lane.cancelled);
          visit(lane.answers);
          add(asked.headSet(lane.tick).size());
        });
    visit(List.copyOf(life.hints));
    visit(life.links);
    add(life.heard);
    add(life.failing);
    add(life.stalled);
    visit(life.desired);
    life.history.ifPresent(image -> visit(image.history()));
    visit(life.wake.filter(at -> at.isAfter(now)));
    visit(life.reconciler);
  }

  private static long asOf(Message message) {
    return switch (message) {
      case Message.Seen seen -> seen.asOf();
      case Message.Listed listed -> listed.asOf();
      default -> throw new AssertionError(message);
    };
  }

  private void visit(Object thing) {
    switch (thing) {
      case String text -> id(text);
      case Boolean flag -> add(flag);
      case Integer number -> add(number);
      case Enum<?> word -> add(word.name());
      case Instant at -> time(at);
      case Duration duration -> add(duration);
      case Optional<?> optional -> {
        add(optional.isPresent() ? "[" : "-");
        optional.ifPresent(this::visit);
      }
      case OptionalInt optional -> add(optional);
      case OptionalLong optional -> add(optional.isPresent());
      case Map<?, ?> map -> {
        add("{");
        map.entrySet().stream()
            .sorted(Comparator.comparing(e -> name(e.getKey())))
            .forEach(e -> {
              add(name(e.getKey()));
              visit(e.getValue());
            });
        add("}");
      }
      case List<?> list -> {
        add("[");
        list.forEach(this::visit);
        add("]");
      }
      case Collection<?> some -> {
        add("(");
        some.stream().map(Digest::name).sorted().forEach(this::add);
        add(")");
      }
      case WorkloadStatus status -> add(status.phase());
      case RuntimeView view -> {
        add(view.name());
        add(view.reach());
      }
      case Workload workload -> {
        add(workload.uid());
        add(workload.generation());
        add(workload.specHash());
      }
      case InstanceSpec spec -> add(ModelEngine.specHash(spec));
      case FeedState state -> {
        add(state.revision());
        visit(state.desired());
      }
      case History history -> history(history);
      case InstanceState.Exited exited -> {
        add(exited.exitCode());
        exited.startedAt().ifPresent(this::time);
      }
      case RuntimeFailure failure -> add(failure.getClass());
      case RuntimeException failure -> throw new IllegalStateException(failure);
      default -> fields(thing);
    }
  }

  private void history(History history) {
    add(history.specHash());
    visit(history.runtime());
    // With a bound, how near it is counts.
    add(Math.min(history.restarts(), 2 * ENOUGH));
    add(Math.min(history.crashes(), ENOUGH));
    add(Math.min(history.attempts(), 1));
    visit(history.run());
    history
        .retry()
        .ifPresent(retry -> {
          add(retry.reason());
          add(retry.lastExit());
          add(retry.at().isAfter(now));
          if (retry.at().isAfter(now)) {
            time(retry.at());
          }
        });
    history
        .outcome()
        .ifPresent(outcome -> {
          add(outcome.phase());
          add(outcome.reason());
          add(outcome.exitCode());
        });
    add(history.wish());
    add(history.asked());
    history
        .followed()
        .forEach((name, beginning) -> {
          add(name);
          int mark = beginning.indexOf('@');
          id(beginning.substring(0, mark));
          String rest = beginning.substring(mark + 1);
          if (rest.contains("T")) {
            time(Instant.parse(rest));
          } else {
            add(rest);
          }
        });
    visit(history.rollout());
  }

  private void fields(Object thing) {
    if (!thing.getClass().getName().startsWith("dev.tallyman.")) {
      throw new IllegalStateException(
          "a field of type " + thing.getClass().getName() + ": say here what of it counts");
    }
    boolean isValue = thing.getClass().isRecord();
    if (!isValue && !visited.add(thing)) {
      add("^");
      return;
    }
    add(thing.getClass().getSimpleName());
    switch (thing.getClass().getSimpleName()) {
      case "Saver" -> saver(thing);
      case "Actions" -> {
        parked(thing);
        all(thing, Set.of("parked", "saver"));
      }
      case "Entry" -> {
        all(thing, Set.of("wakeAt"));
        ((Optional<?>) read(thing, "wakeAt"))
            .map(Instant.class::cast)
            .ifPresent(at -> {
              add("wakeAt");
              add(at.isAfter(now));
              if (at.isAfter(now)) {
                time(at);
              }
            });
      }
      case "At" -> {
        // Which of the answers that are on their way are older than what is known.
        add(asked.headSet((Long) read(thing, "lookedAt")).size());
        all(thing, Set.of("lookedAt"));
      }
      case "Ledger" -> add(read(thing, "cpuHeld"));
      default -> all(thing, Set.of());
    }
  }

  private void all(Object thing, Set<String> but) {
    for (Field field : fieldsOf(thing.getClass())) {
      if (!but.contains(field.getName())) {
        add(field.getName());
        Object value = get(field, thing);
        if (value instanceof Long number) {
          add(number);
        } else {
          visit(value);
        }
      }
    }
  }

  /** How far the disk is behind, and what the next handing over waits for. */
  private void saver(Object saver) {
    long changed = (Long) read(saver, "changed");
    add(changed > (Long) read(saver, "handedOver"));
    add(changed > (Long) read(saver, "saved"));
    add(read(saver, "urgent"));
    visit(read(saver, "changedFeeds"));
    visit(read(saver, "changedDesired"));
    visit(read(saver, "changedHistories"));
    visit(read(saver, "failure"));
  }

  /** Numbers of changes: which of them an image that waits for the disk has. */
  private void parked(Object actions) {
    Object saver = read(actions, "saver");
    fields(saver);
    long waiting = world.life().flatMap(life -> life.history).map(Life.Image::sequence).orElse(0L);
    ((Map<?, ?>) read(actions, "parked"))
        .forEach((uid, sequence) -> {
          add(name(uid));
          add((Long) sequence <= waiting);
          add((Long) sequence <= (Long) read(saver, "handedOver"));
        });
  }

  private void time(Instant at) {
    if (at.isAfter(now)) {
      future.add(at);
      add(at);
    } else {
      add(past.computeIfAbsent(at, _ -> past.size()));
    }
  }

  private void id(String text) {
    if (text.indexOf('#') >= 0) {
      add(ids.computeIfAbsent(text, _ -> ids.size()));
    } else {
      add(text);
    }
  }

  /** What a thing is sorted by, and stands for where only that counts. */
  private static String name(Object key) {
    return switch (key) {
      case String text -> text;
      case Enum<?> word -> word.name();
      default ->
          key.getClass().getSimpleName().equals("Entry")
              ? (String) read(key, "uid")
              : key.toString();
    };
  }

  private static Object read(Object thing, String name) {
    for (Field field : fieldsOf(thing.getClass())) {
      if (field.getName().equals(name)) {
        return get(field, thing);
      }
    }
    throw new IllegalStateException(thing.getClass() + " has no field " + name);
  }

  private static Object get(Field field, Object thing) {
    try {
      return Optional.ofNullable(field.get(thing)).orElseThrow();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Field> fieldsOf(Class<?> type) {
    return FIELDS.computeIfAbsent(
        type,
        t -> {
          List<Field> fields =
              Arrays.stream(t.getDeclaredFields())
                  .filter(field -> !Modifier.isStatic(field.getModifiers()))
                  .filter(field -> !LEFT_OUT.contains(t.getSimpleName() + "." + field.getName()))
                  .toList();
          fields.forEach(field -> field.setAccessible(true));
          return fields;
        });
  }

  private Key key() {
    Map<Instant, Integer> order = new HashMap<>();
    future.forEach(at -> order.put(at, order.size()));
    long a = 0x9E3779B97F4A7C15L;
    long b = 0xC2B2AE3D27D4EB4FL;
    for (Object token : tokens) {
      long hash =
          switch (token) {
            case Instant at -> 1_000_003L + Optional.ofNullable(order.get(at)).orElseThrow();
            case String text -> wide(text);
            case Enum<?> word -> wide(word.name());
            case Class<?> type -> wide(type.getName());
            default -> token.hashCode() + 0x5DEECE66DL;
          };
      a = mix(a ^ hash);
      b = mix(b + hash * 0xD6E8FEB86659FD93L);
    }
    return new Key(a, b);
  }

  /** More than the 32 bits of a text's own hash. */
  private static long wide(String text) {
    long hash = 1125899906842597L;
    for (int i = 0; i < text.length(); i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return hash;
  }

  private static long mix(long value) {
    long z = value * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 29)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 32);
  }
}
