from __future__ import annotations

from django.urls import path

from mealplans import card_files, pages, photo_files, shop_files

urlpatterns = [
    path("card/<str:token>.pdf", card_files.by_link, name="week-card"),
    path("shop/<str:token>.pdf", shop_files.shop_list, name="shop-list"),
    path("dish-photo/<slug:name>.jpg", photo_files.by_name, name="dish-photo"),
    path("pay/<str:token>/", pages.pay, name="plan-pay"),
    path("p/<str:token>/", pages.week, name="plan-page"),
    path("p/<str:token>/approve", pages.approve, name="plan-approve"),
    path("p/<str:token>/meals/<int:meal_id>/options", pages.options, name="plan-options"),
    path("p/<str:token>/meals/<int:meal_id>/swap", pages.swap, name="plan-swap"),
    path("p/<str:token>/meals/<int:meal_id>/skip", pages.skip, name="plan-skip"),
    path("p/<str:token>/meals/<int:meal_id>/restore", pages.restore, name="plan-restore"),
    path("p/<str:token>/meals/<int:meal_id>/guests", pages.guests, name="plan-guests"),
    path("p/<str:token>/groceries/<slug:slug>", pages.at_home, name="plan-at-home"),
]
