package dev.tallyman.runtime;

/** Is told when an instance of this node may have changed. */
public interface RuntimeListener {

  /**
   * The instance of this workload was created, started, ended or removed, or something of that
   * kind.
   *
   * @param uid uid of the workload
   */
  void onChange(String uid);

  /**
   * The instance of this workload was created or started, and nothing else is meant: whoever knows
   * that it runs learns nothing. A runtime that cannot tell such a change from others says {@link
   * #onChange}.
   *
   * @param uid uid of the workload
   */
  default void onStart(String uid) {
    onChange(uid);
  }

  /**
   * The stream of events has ended, and changes are not told any more.
   *
   * @param cause why
   */
  void onLost(RuntimeFailure cause);
}
