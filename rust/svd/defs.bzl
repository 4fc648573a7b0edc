# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a test that compares with the vendors' SVD files gets: SVD_DATA, and SVD_ENV, which says where they are."""

# All of them, and one by its name, whose folder the test takes.
SVD_DATA = ["@pypi_pyocd//:nrf51.svd", "@pypi_pyocd//:svd"]

SVD_ENV = {"VIRTMCU_SVD": "$(rootpath @pypi_pyocd//:nrf51.svd)"}
