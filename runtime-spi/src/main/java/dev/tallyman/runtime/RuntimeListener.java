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
   * The stream of events has ended, and changes are not told any more.
   *
   * @param cause why
   */
  void onLost(RuntimeFailure cause);
}
