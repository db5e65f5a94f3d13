<?php

use Illuminate\Support\Facades\Route;

Route::get('home', 'HomeController@index')->name('home');
Route::group(['middleware' => ['auth'], 'prefix' => '/account/'], function () {
    Route::post('/logout/', 'AccountController@logout');
    Route::group(['prefix' => '{team}'], function () {
        Route::put('members/{member}', ['as' => 'members', 'uses' => 'TeamController@member']);
    });
});
collect(['de', 'fr'])->each(function ($language) {
    Route::get("/$language/imprint", 'PageController@imprint');
});
Volt::route('volt', 'pages.volt');
Route::inertia('inertia', 'Inertia/Page');
App\Http\WebRoutes::register();
