/**
 * Where desired state comes from: the client of a control plane.
 *
 * <p>{@link dev.tallyman.agent.feed.ControlPlaneFeed} keeps one stream open and tells the inbox
 * what comes over it; {@link dev.tallyman.agent.feed.FeedGuard} decides what of that is believed.
 * {@link dev.tallyman.agent.feed.Uplink} is the other direction: whoever reports statuses waits
 * there for a stream. The lease is renewed by a thread that does nothing else.
 */
@NullMarked
package dev.tallyman.agent.feed;

import org.jspecify.annotations.NullMarked;
