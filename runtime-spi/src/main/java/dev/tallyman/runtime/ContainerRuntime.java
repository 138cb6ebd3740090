package dev.tallyman.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An engine that runs instances for one node.
 *
 * <p>A runtime sees only instances that carry the label of its node ({@link Labels#NODE}); all
 * others do not exist for it: they are never listed, changed or removed. An instance is addressed
 * by the uid of its workload, of which there is at most one at a runtime: the engine's unique names
 * are what makes that so ({@link InstanceSpec#instanceName()}).
 *
 * <h2>Rules for every method</h2>
 *
 * <ul>
 *   <li><b>Threads.</b> All methods may be called by any number of threads at once, and block. They
 *       are meant to be called on virtual threads.
 *   <li><b>Deadlines.</b> Every call ends within the {@link Deadlines} that the runtime was made
 *       with, whatever the engine does, and then throws {@link RuntimeFailure.TimedOut}. Time spent
 *       waiting for a stop's grace period comes on top.
 *   <li><b>Cancellation.</b> An interrupt of the calling thread ends the call at once with {@link
 *       RuntimeFailure.Cancelled}; the thread's interrupt flag is set again.
 *   <li><b>Uncertainty.</b> After {@code TimedOut}, {@code Cancelled} or {@code Unavailable} a
 *       changing call may or may not have taken effect. Every changing call can be repeated.
 *   <li><b>Errors.</b> Only {@link RuntimeFailure} is thrown, apart from {@link
 *       NullPointerException} for a null argument. Any method may throw {@link
 *       RuntimeFailure.Unavailable}, {@link RuntimeFailure.TimedOut}, {@link
 *       RuntimeFailure.Cancelled} and {@link RuntimeFailure.Internal}; further ones are named where
 *       they occur.
 * </ul>
 */
public interface ContainerRuntime extends AutoCloseable {

  /** The name under which the node's configuration and its workloads know this runtime. */
  String name();

  /**
   * What the engine says of itself. Asked of the engine at the first call and after each time the
   * engine was away; in between the answer is remembered, because engines take up to a second.
   */
  RuntimeInfo info();

  /**
   * Asks the engine for a sign of life, as cheaply as the engine allows.
   *
   * @throws RuntimeFailure.Unavailable if nobody answers
   */
  void ping();

  /**
   * All instances of this node, in any state and in no order. Costs time proportional to their
   * number; engines differ by a factor of ten.
   */
  List<Instance> list();

  /**
   * The instance of a workload, or empty if there is none. Always asks the engine.
   *
   * @param uid uid of the workload
   */
  Optional<Instance> find(String uid);

  /**
   * Makes sure that the workload has one instance of this spec and that it has been started.
   *
   * <ul>
   *   <li>There is none: it is created and started.
   *   <li>There is one with the same {@link InstanceSpec#specHash()}: it is adopted. If it was only
   *       created it is started; if it is running or has ended it is left as it is.
   *   <li>There is one with another hash: it is stopped, with the grace period of the given spec,
   *       removed and replaced.
   *   <li>Somebody else created it meanwhile (the name is taken): looked for again and adopted.
   * </ul>
   *
   * <p>Networks and volumes of the stack that it needs and that do not exist are made first; see
   * {@link Ownership}. Files are put where the instance finds them. The health check of the image
   * is switched off at the engine: whoever launches does the probing.
   *
   * <p>The image is not pulled. What was created and could not be started is removed again, unless
   * the error says that this is not known.
   *
   * @return the instance as it was after the start; it may have ended by then
   * @throws RuntimeFailure.ImageNotFound if the engine does not have the image
   * @throws RuntimeFailure.InvalidSpec if the engine refuses the spec, or the command does not
   *     exist in the image
   * @throws RuntimeFailure.Conflict if a port of the host is taken, or the name belongs to an
   *     instance, a network or a volume that is not ours
   * @throws RuntimeFailure.InstanceNotFound if it shares a namespace with a workload that has no
   *     running instance. An instance that shares one with an earlier instance of the other
   *     workload is replaced.
   * @throws RuntimeFailure.Unsupported if the engine does not give what the spec asks for, or
   *     cannot prove that it does
   */
  Instance launch(InstanceSpec spec);

  /**
   * Starts an instance that was created or has ended. One that is running is left as it is. Files
   * of its spec that the host has lost, as after a reboot, are put back first.
   *
   * @param files {@link Surroundings#files()} of the spec that the instance was made from
   * @return the instance as it was after the start; it may have ended by then
   * @throws RuntimeFailure.InstanceNotFound if the workload has no instance
   * @throws RuntimeFailure.InvalidSpec as in {@link #launch}
   * @throws RuntimeFailure.Conflict if a port of the host is taken
   */
  Instance start(String uid, List<HostFile> files);

  /** The same for an instance whose spec has no files. */
  default Instance start(String uid) {
    return start(uid, List.of());
  }

  /**
   * Stops an instance: its stop signal, and SIGKILL when it is still there after the grace period.
   * One that does not run, or is gone, is a success.
   *
   * @param grace from zero (SIGKILL at once) to an hour; engines count in whole seconds and a
   *     fraction is rounded up
   * @return the instance after it ended; empty if it is gone
   */
  Optional<Instance> stop(String uid, Duration grace);

  /**
   * Removes the instance, killing it if it runs, with everything that belongs to it alone. One that
   * is gone is a success.
   */
  void remove(String uid);

  /**
   * Removes what launches that were cut off by a crash left beside the engine, and no instance
   * needs: files of specs. Launches that go on meanwhile keep theirs. For the one who launches at
   * this node, and nobody else. A runtime that keeps nothing beside its instances has nothing to
   * do.
   */
  default void tidy() {}

  /**
   * Subscribes to changes of this node's instances.
   *
   * <p>When the method returns, the subscription is in force: a change made after it is told. The
   * listener is called by one thread of the runtime at a time, and must return quickly. Events are
   * hints; they may be repeated, late, or about nothing. When the stream ends, by whatever cause
   * but {@link Subscription#close()}, {@link RuntimeListener#onLost} is called once and nothing
   * after.
   */
  Subscription watch(RuntimeListener listener);

  /**
   * Runs a command inside the running instance of a workload and waits for its end.
   *
   * @throws RuntimeFailure.InstanceNotFound if the workload has no instance, or it does not run
   * @throws RuntimeFailure.TimedOut after {@link ExecRequest#timeout()}, besides the usual causes
   */
  ExecResult exec(String uid, ExecRequest request);

  /**
   * Reads an instance's output on the calling thread, until the end that was asked for or an
   * interrupt of the thread. The deadline is one until the first answer.
   *
   * @throws RuntimeFailure.InstanceNotFound if the workload has no instance
   * @throws RuntimeFailure.Unsupported if the engine does not keep the output
   */
  void logs(String uid, LogRequest request, LogSink sink);

  /** The networks and volumes of this node's stacks. */
  StackAssets assets();

  /** The engine's images. */
  Images images();

  /**
   * Gives back connections and threads. Instances go on. Calls under way end with {@code
   * Unavailable}; a second close does nothing.
   */
  @Override
  void close();
}
