/** Keeps the wire contract's promise: what was published once stays as it is. */
@NullMarked
package dev.tallyman.proto.contract;

import org.jspecify.annotations.NullMarked;
