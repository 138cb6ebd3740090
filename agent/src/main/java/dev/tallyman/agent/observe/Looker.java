package dev.tallyman.agent.observe;

/** Looks at single instances on request. */
@FunctionalInterface
public interface Looker {

  /**
   * Asks the runtime for the instance of a uid and returns at once. The answer comes as {@link
   * dev.tallyman.agent.inbox.Message.Seen}; when there is none, the runtime is said to be down, and
   * is listed as soon as it is back.
   */
  void look(String runtime, String uid);
}
