package dev.tallyman.agent.actuate;

/**
 * Removes the networks of stacks that are gone, and what crashes left. All methods return at once.
 * Volumes are never removed by it: they are somebody's data.
 */
public interface Housekeeper {

  /** Keeps everything. */
  Housekeeper NONE =
      new Housekeeper() {
        @Override
        public void stackBegan(String stack) {}

        @Override
        public void stackEnded(String stack) {}

        @Override
        public void sweep(String runtime) {}
      };

  /** The stack has workloads or instances. */
  void stackBegan(String stack);

  /** The stack has neither workloads nor instances any more. */
  void stackEnded(String stack);

  /**
   * All that runs at this runtime, and all that should, is known: what is left of stacks can go.
   */
  void sweep(String runtime);
}
