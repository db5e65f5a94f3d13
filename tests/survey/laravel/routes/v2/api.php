<?php

Route::group(['prefix' => 'v2'], function ($router) {
    $router->get('status', 'StatusController@show');
});
