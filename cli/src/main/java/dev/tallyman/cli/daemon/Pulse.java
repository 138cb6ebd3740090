package dev.tallyman.cli.daemon;

/** How a daemon shows that it lives. For one thread. */
public interface Pulse {

  /**
   * Whether its inner works have just done a piece of work. Waits for it a few seconds at most; an
   * interrupt ends the waiting with no.
   */
  boolean beats();

  /** How it goes, in one line. */
  String status();

  /** What it is doing at the moment, for people who look for why it does not beat. */
  String whereItHangs();
}
