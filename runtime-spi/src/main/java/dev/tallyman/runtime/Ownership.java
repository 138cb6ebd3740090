package dev.tallyman.runtime;

/** Whose a network or volume is. */
public enum Ownership {
  /** The stack's: made when it is first needed, and labelled as the node's and the stack's. */
  STACK,
  /** Somebody else's: it must be there, and is neither made nor removed. */
  EXTERNAL
}
