package dev.tallyman.cli.install;

import java.nio.file.Path;
import java.util.List;

/** A service manager: which files make the service known to it, and how it is told. */
interface Manager {

  /** All files of the service, as they should be. */
  List<WantedFile> files();

  /** Folders that hold nothing but the service, with what the system may have put there. */
  List<Path> ownFolders();

  /** Folders of the agent's logs, where it writes them to files. */
  List<Path> logFolders();

  /**
   * Makes sure that the manager can be told anything.
   *
   * @throws dev.tallyman.cli.process.CommandFailure when not, with what to do
   */
  void requireWorking(Commands commands);

  /** Takes new files in and runs the service by them, from now on and after each reboot. */
  void load(Commands commands);

  /** Makes sure that the service runs, by files that are known already. */
  void ensureLoaded(Commands commands);

  /** Ends the service, for now and after a reboot. */
  void unload(Commands commands);

  /** Takes in that files are gone. */
  void forget(Commands commands);

  /** What a person does next, a sentence a line. */
  List<String> advice();
}
