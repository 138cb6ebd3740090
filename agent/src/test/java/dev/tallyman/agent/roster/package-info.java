@NullMarked
package dev.tallyman.agent.roster;

import org.jspecify.annotations.NullMarked;
