package dev.tallyman.cli.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The signals that ask a command to end: SIGINT, SIGTERM, SIGHUP. Until it is closed they end
 * nothing by themselves. Safe for any threads.
 *
 * <p>The virtual machine's own class for signals is no standard one, and the compiler warns of its
 * use without a way to say that it is meant; so it is asked for by its name.
 */
public final class Interrupts implements AutoCloseable {

  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);
  private static final int SIGNALLED = 128;

  private final Runnable listener;
  private final AtomicInteger first = new AtomicInteger();
  private final AtomicInteger count = new AtomicInteger();
  private final Map<Object, Object> former = new LinkedHashMap<>();

  private Interrupts(Runnable listener) {
    this.listener = listener;
  }

  /**
   * Takes the signals over. Where the virtual machine has no such thing, they end the process as
   * ever.
   *
   * @param listener called for each signal, by a thread of the virtual machine
   */
  public static Interrupts listen(Runnable listener) {
    Interrupts interrupts = new Interrupts(listener);
    SIGNALS.forEach(interrupts::take);
    return interrupts;
  }

  /** None: the signals end the process as ever. */
  public static Interrupts none() {
    return new Interrupts(() -> {});
  }

  /** What the process ends with because of the first signal; empty when there was none. */
  public OptionalInt exitCode() {
    return first.get() == 0 ? OptionalInt.empty() : OptionalInt.of(SIGNALLED + first.get());
  }

  /** How many signals there were. */
  public int count() {
    return count.get();
  }

  private void arrived(int number) {
    first.compareAndSet(0, number);
    count.incrementAndGet();
    listener.run();
  }

  private void take(String name, int number) {
    try {
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object signal =
          Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
      Object mine =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "equals" ->
                        System.identityHashCode(self) == System.identityHashCode(arguments[0]);
                    case "hashCode" -> System.identityHashCode(self);
                    case "toString" -> "handler of SIG" + name;
                    default -> {
                      arrived(number);
                      yield null;
                    }
                  });
      former.put(signal, handle(signal, mine));
    } catch (ReflectiveOperationException | IllegalArgumentException _) {
      // This virtual machine does not give the signal away.
    }
  }

  private static Object handle(Object signal, Object handler) throws ReflectiveOperationException {
    return signal
        .getClass()
        .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal, handler);
  }

  /** Gives the signals back. */
  @Override
  public void close() {
    former.forEach((signal, handler) -> {
      try {
        handle(signal, handler);
      } catch (InvocationTargetException _) {
        // It stays with us, and does nothing any more.
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    });
    former.clear();
  }
}
