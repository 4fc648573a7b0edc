# SPDX-License-Identifier: Apache-2.0 OR MIT
# The tools that building virtmcu needs, as a shell: `nix develop`. Everything else Bazel brings along, pinned by hash.
{
  description = "virtmcu: whole systems of microcontrollers on QEMU, in one exact virtual time";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";

  outputs =
    { self, nixpkgs }:
    let
      # The four systems that nix itself takes for granted. Bazel's toolchains here are for Linux; on macOS the shell
      # serves for editing, and for `cargo test` in the crates that do not touch QEMU.
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forEach = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      devShells = forEach (pkgs: {
        default = pkgs.mkShell {
          packages = [
            # The version is the one in .bazelversion.
            pkgs.bazel_7
            pkgs.buildifier

            # Bazel brings the Rust toolchain for builds; these are for the editor and for `cargo`.
            pkgs.cargo
            pkgs.cargo-nextest
            pkgs.clippy
            pkgs.rust-analyzer
            pkgs.rustc
            pkgs.rustfmt

            # QEMU's own build, and bindgen over its headers.
            pkgs.dtc
            pkgs.gcc
            pkgs.glib
            pkgs.meson
            pkgs.ninja
            pkgs.pkg-config
            pkgs.python3
          ];
          LIBCLANG_PATH = "${pkgs.llvmPackages.libclang.lib}/lib";
        };
      });

      formatter = forEach (pkgs: pkgs.nixfmt-rfc-style);
    };
}
