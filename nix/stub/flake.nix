# SPDX-License-Identifier: Apache-2.0 OR MIT
# Stands in for nixpkgs where there is no network: just the names that ../../flake.nix uses, each a derivation that is
# never built. What this can and cannot prove is told in ../check.
{
  outputs =
    { self }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      genAttrs =
        names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
      derive = system: name: more: derivation ({ inherit name system; builder = "/bin/false"; } // more);
      names = [
        "bazel_7" "buildifier" "cargo" "cargo-nextest" "clippy" "dtc" "gcc" "glib" "meson" "ninja" "nixfmt-rfc-style"
        "pkg-config" "python3" "rust-analyzer" "rustc" "rustfmt"
      ];
    in
    {
      lib = { inherit genAttrs; };
      legacyPackages = genAttrs systems (system: genAttrs names (name: derive system name { }) // {
        llvmPackages.libclang.lib = derive system "libclang-lib" { };
        mkShell = { packages, ... }@args:
          derive system "shell" (removeAttrs args [ "packages" ] // { buildInputs = packages; });
      });
    };
}
