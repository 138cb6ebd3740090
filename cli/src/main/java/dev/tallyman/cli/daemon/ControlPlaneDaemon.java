package dev.tallyman.cli.daemon;

import dev.tallyman.config.ProgramVersion;
import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import dev.tallyman.controlplane.ControlPlane;
import dev.tallyman.controlplane.ControlPlaneSettings;
import dev.tallyman.controlplane.store.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The reference control plane. */
public final class ControlPlaneDaemon implements Daemon {

  @Override
  public String name() {
    return "control-plane";
  }

  @Override
  public List<String> description() {
    return List.of("Run a control plane: it keeps what should run where, and tells the nodes.");
  }

  @Override
  public List<Setting<?>> settings() {
    return ControlPlaneSettings.SCHEMA.settings();
  }

  @Override
  public Running start(Settings settings, Runnable onDefect) {
    try {
      ControlPlane running =
          ControlPlane.start(ControlPlaneSettings.config(settings, ProgramVersion.current()));
      return new Serving(running);
    } catch (StoreException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /** It has no loop that could get stuck: what is asked is answered by threads of their own. */
  private record Serving(ControlPlane controlPlane) implements Running {
    @Override
    public Optional<Pulse> pulse() {
      return Optional.empty();
    }

    @Override
    public void stop(Consumer<String> progress) {
      controlPlane.close();
    }
  }
}
